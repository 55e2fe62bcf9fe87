<?php
/*
 * For `php -S`: files as they are, PHP files run, everything else to WordPress. The program is shared by
 * all instances and wp-content is an instance's own, so a path is looked up in two places.
 * SPDX-License-Identifier: MIT
 */
const TYPES = ['css' => 'text/css', 'js' => 'text/javascript', 'json' => 'application/json',
	'svg' => 'image/svg+xml', 'png' => 'image/png', 'jpg' => 'image/jpeg', 'gif' => 'image/gif',
	'webp' => 'image/webp', 'woff2' => 'font/woff2', 'woff' => 'font/woff', 'html' => 'text/html'];

$lab_path = rawurldecode((string)parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if (str_contains($lab_path, '..') || str_contains($lab_path, "\0")) {
	http_response_code(400);
	return true;
}
// A site in a folder of its own: the files are those of the root, as WordPress's own rules for networks say.
$lab_path = preg_replace('~^(?:/(?!wp-)[\w-]+)+(/wp-(content|admin|includes)/|/[\w-]+\.php)~', '$1', $lab_path);
$lab_own = str_starts_with($lab_path, '/wp-content/');
$lab_file = getenv($lab_own ? 'POTPRESS_SITE' : 'POTPRESS_CORE') . $lab_path;
if (is_dir($lab_file) && is_file($lab_file . '/index.php')) {
	$lab_path = rtrim($lab_path, '/') . '/index.php';
	$lab_file = rtrim($lab_file, '/') . '/index.php';
}
if (!is_file($lab_file)) {
	$lab_path = '/index.php';
	$lab_file = getenv('POTPRESS_CORE') . $lab_path;
}
if (!str_ends_with($lab_file, '.php')) {
	header('Content-Type: ' . (TYPES[pathinfo($lab_file, PATHINFO_EXTENSION)] ?? 'application/octet-stream'));
	readfile($lab_file);
	return true;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $lab_path;
$_SERVER['SCRIPT_FILENAME'] = $lab_file;
chdir(dirname($lab_file));
require $lab_file;
