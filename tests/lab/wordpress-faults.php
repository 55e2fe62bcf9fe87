<?php
/*
 * Plugin Name: Faults on demand
 * Description: Lets a test say how this site shall misbehave. Only for the laboratory.
 *
 * The file wp-content/lab-faults holds words separated by commas; without the file nothing happens.
 * Which requests:
 *   writes-only       only POST, PUT, PATCH and DELETE
 *   times=N           only the next N such requests, then the file is gone
 * Instead of an answer, WordPress never asked:
 *   html200           a captcha page with status 200
 *   empty200          nothing, with status 200
 *   waf403            a firewall's page
 *   challenge         a challenge page, 403
 *   401, 404, 500     a bare page with that status
 *   503=S, 429=S      come back after S seconds
 *   301=URL           redirected to URL plus the path (also 302, 307, 308)
 *   fatal-before      a plugin dies before anything is stored
 * The request is done, the answer is not what it should be (a create stores its post):
 *   fatal-after, oom-after, exit-after   a plugin dies, or runs out of memory, or ends the script
 *   kill-after        the process is killed: the connection closes without a byte
 *   504-after         the answer is a gateway's page with status 504
 *   truncate=N        only N bytes of the answer
 *   bom, notice       a byte order mark, or a PHP notice, before the answer
 * Slow:
 *   sleep-before=S, sleep-after=S   S seconds (may be a fraction) before anything, or after the store
 * Rights:
 *   noauth            the Authorization header is lost on the way
 *   no-app-pw         application passwords are switched off
 *   login-required    the API is closed to anonymous visitors
 *   unfiltered        every user may post any HTML
 *
 * SPDX-License-Identifier: MIT
 */
final class LabFaults {
	/** @var array<string, string> */
	private array $words = [];

	public static function begin(): void {
		$faults = new self();
		if ($faults->read()) {
			$faults->rights();
			$faults->slow();
			$faults->replace();
			$faults->spoil();
		}
	}

	private function read(): bool {
		$file = WP_CONTENT_DIR . '/lab-faults';
		$handle = is_file($file) ? @fopen($file, 'r+') : false;
		if ($handle === false) {
			return false;
		}
		flock($handle, LOCK_EX);
		foreach (explode(',', (string)stream_get_contents($handle)) as $word) {
			[$name, $value] = explode('=', trim($word), 2) + [1 => '1'];
			$this->words[$name] = $value;
		}
		$hit = $this->words !== ['' => '1'] && (!$this->has('writes-only') || $this->isWrite());
		if ($hit && $this->has('times')) {
			$this->countDown($handle, $file);
		}
		fclose($handle);
		return $hit;
	}

	/** Rewrites the file with one time less; the lock makes it exact for requests at the same moment. */
	private function countDown($handle, string $file): void {
		$left = (int)$this->words['times'] - 1;
		if ($left < 1) {
			ftruncate($handle, 0);
			@unlink($file);
			return;
		}
		$words = ['times' => (string)$left] + $this->words;
		ftruncate($handle, 0);
		rewind($handle);
		fwrite($handle, implode(',', array_map(fn($name) => "$name=$words[$name]", array_keys($words))));
	}

	private function has(string $name): bool {
		return isset($this->words[$name]);
	}

	private function isWrite(): bool {
		return in_array($_SERVER['REQUEST_METHOD'] ?? '', ['POST', 'PUT', 'PATCH', 'DELETE'], true);
	}

	private function rights(): void {
		if ($this->has('noauth')) {
			unset($_SERVER['PHP_AUTH_USER'], $_SERVER['PHP_AUTH_PW'], $_SERVER['HTTP_AUTHORIZATION']);
		}
		if ($this->has('no-app-pw')) {
			add_filter('wp_is_application_passwords_available', '__return_false');
		}
		if ($this->has('login-required')) {
			add_filter('rest_authentication_errors', fn($so_far) => is_wp_error($so_far) || is_user_logged_in()
				? $so_far : new WP_Error('rest_not_logged_in', 'You are not currently logged in.', ['status' => 401]));
		}
		if ($this->has('unfiltered')) {
			add_filter('user_has_cap', fn($rights) => $rights + ['unfiltered_html' => true]);
		}
	}

	private function slow(): void {
		if ($this->has('sleep-before')) {
			usleep((int)(1e6 * (float)$this->words['sleep-before']));
		}
	}

	private function replace(): void {
		foreach (['301', '302', '307', '308'] as $status) {
			if ($this->has($status)) {
				header('Location: ' . $this->words[$status] . $_SERVER['REQUEST_URI'], true, (int)$status);
				exit;
			}
		}
		foreach (['503', '429'] as $status) {
			if ($this->has($status)) {
				header('Retry-After: ' . $this->words[$status]);
				$this->page((int)$status, 'Please try again later');
			}
		}
		foreach (['401', '404', '500'] as $status) {
			if ($this->has($status)) {
				$this->page((int)$status, "Error $status");
			}
		}
		if ($this->has('waf403')) {
			$this->page(403, 'Your access to this site has been limited by the site owner');
		}
		if ($this->has('challenge')) {
			header('cf-mitigated: challenge');
			$this->page(403, 'Just a moment...');
		}
		if ($this->has('html200')) {
			$this->page(200, 'Please verify that you are a human');
		}
		if ($this->has('empty200')) {
			exit;
		}
	}

	private function page(int $status, string $title): never {
		http_response_code($status);
		header('Content-Type: text/html; charset=UTF-8');
		echo "<!DOCTYPE html>\n<html><head><title>$title</title></head><body><h1>$title</h1></body></html>\n";
		exit;
	}

	private function spoil(): void {
		if ($this->has('bom')) {
			echo "\xEF\xBB\xBF";
		}
		if ($this->has('notice')) {
			echo "<br />\n<b>Deprecated</b>:  Creation of dynamic property Gallery::\$size is deprecated in "
				. "<b>/var/www/wp-content/plugins/gallery/gallery.php</b> on line <b>17</b><br />\n";
		}
		if ($this->has('truncate')) {
			ob_start(fn($answer) => substr($answer, 0, (int)$this->words['truncate']));
		}
		if ($this->has('504-after')) {
			ob_start(function () {
				header('HTTP/1.1 504 Gateway Time-out', true, 504);
				header('Content-Type: text/html');
				return '<html><head><title>504 Gateway Time-out</title></head><body></body></html>';
			});
		}
		if ($this->has('fatal-before')) {
			add_filter('rest_pre_dispatch', fn() => a_function_that_is_missing());
		}
		foreach (['rest_after_insert_post', 'rest_delete_post'] as $moment) {
			add_action($moment, fn() => $this->afterStore());
		}
	}

	private function afterStore(): void {
		if ($this->has('sleep-after')) {
			usleep((int)(1e6 * (float)$this->words['sleep-after']));
		}
		if ($this->has('fatal-after')) {
			a_function_that_is_missing();
		}
		if ($this->has('oom-after')) {
			for ($memory = []; ; ) {
				$memory[] = str_repeat('x', 1 << 20);
			}
		}
		if ($this->has('exit-after')) {
			exit;
		}
		if ($this->has('kill-after')) {
			posix_kill(getmypid(), SIGKILL);
		}
	}
}

if (PHP_SAPI !== 'cli') {
	LabFaults::begin();
}
