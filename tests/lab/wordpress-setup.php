<?php
/*
 * Installs an empty site, run once per language on the command line: wordpress-setup.php [LOCALE].
 * Prints a line NAME=login:password for each user, and the version. The passwords are application
 * passwords, for this machine's loopback only.
 * SPDX-License-Identifier: MIT
 */
const ROLES = ['admin' => 'administrator', 'editor' => 'editor', 'author' => 'author',
	'contributor' => 'contributor', 'subscriber' => 'subscriber'];

define('WP_INSTALLING', true);
$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'SERVER_NAME' => '127.0.0.1', 'SERVER_PROTOCOL' => 'HTTP/1.1',
	'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => '/'];
// WordPress lets these two be replaced: nobody gets mail from a laboratory.
function wp_mail() { return true; }
function wp_new_blog_notification() {}

require getenv('POTPRESS_CORE') . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

function stop_if_failed($result) {
	if (is_wp_error($result)) {
		fwrite(STDERR, $result->get_error_message() . "\n");
		exit(1);
	}
	return $result;
}

function install_site(string $locale): void {
	// It would try its permalinks over HTTP, with no server there yet.
	remove_all_actions('wp_install');
	add_filter('pre_http_request', fn() => new WP_Error('lab', 'there is no network here'));
	stop_if_failed(wp_install('Honeypot notes', 'admin', 'admin@example.org', true, '',
		wp_generate_password(24), $locale));
	foreach (get_posts(['post_type' => ['post', 'page'], 'post_status' => 'any', 'numberposts' => -1]) as $sample) {
		wp_delete_post($sample->ID, true);
	}
	update_option('permalink_structure', '/%postname%/');
	$GLOBALS['wp_rewrite']->init();
	flush_rewrite_rules(true);
	update_option('timezone_string', $locale === 'ja' ? 'Asia/Tokyo' : 'UTC');
	stop_if_failed(wp_insert_term($locale === 'ja' ? 'マルウェア' : 'Malware', 'category', ['slug' => 'malware']));
	stop_if_failed(wp_insert_term($locale === 'ja' ? '観測日報' : 'Digests', 'category', ['slug' => 'digest']));
}

function make_user(string $login, string $role): string {
	$known = get_user_by('login', $login);
	$id = $known ? $known->ID : stop_if_failed(wp_insert_user(['user_login' => $login,
		'user_pass' => wp_generate_password(24), 'user_email' => "$login@example.org", 'role' => $role]));
	return stop_if_failed(WP_Application_Passwords::create_new_application_password($id,
		['name' => 'potpress']))[0];
}

install_site($argv[1] ?? '');
foreach (ROLES as $login => $role) {
	printf("WP_%s=%s:%s\n", strtoupper($login), $login, make_user($login, $role));
}
printf("WP_VERSION=%s\n", get_bloginfo('version'));
