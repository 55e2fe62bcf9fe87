<?php
/*
 * Plugin Name: A person at the editor
 * Description: GET /?lab-click=POST&as=LOGIN opens the post in this site's own editor, opens its comments, and
 * clicks the button that saves it.
 *
 * When that is done, or failed, the page holds the outcome in <pre id="clicked">. Only for the laboratory.
 * SPDX-License-Identifier: MIT
 */
const LAB_CLICK_SCRIPT = <<<'END'
const until = (what, condition) => new Promise((resolve, reject) => {
	let left = 150;
	const timer = setInterval(() => {
		const value = condition();
		if (value || --left === 0) {
			clearInterval(timer);
			value ? resolve(value) : reject(new Error('not within time: ' + what));
		}
	}, 100);
});
const tell = (text) => {
	const out = document.createElement('pre');
	out.id = 'clicked';
	out.textContent = text;
	document.body.append(out);
};
(async () => {
	const editor = () => wp.data.select('core/editor');
	await until('the post in the editor', () => editor()?.getCurrentPostId() &&
		wp.data.select('core/block-editor').getBlockCount() > 0);
	wp.data.dispatch('core/editor').editPost({comment_status: 'open'});
	const button = await until('a button that saves', () =>
		document.querySelector('.editor-post-publish-button:not([aria-disabled="true"])'));
	button.click();
	// Its start may pass unseen: the page's clock stands still while it waits for the site.
	await until('the end of the save', () => !editor().isSavingPost() &&
		(editor().didPostSaveRequestSucceed() || editor().didPostSaveRequestFail()));
	tell(editor().didPostSaveRequestSucceed() ? 'saved' : 'the save failed');
})().catch((error) => tell(String(error)));
END;

add_action('template_redirect', function (): void {
	$post = (int)($_GET['lab-click'] ?? 0);
	if ($post === 0) {
		return;
	}
	wp_set_auth_cookie(get_user_by('login', (string)($_GET['as'] ?? 'admin'))->ID);
	wp_safe_redirect(admin_url("post.php?post=$post&action=edit&lab-clicked=1"));
	exit;
});

add_action('admin_print_footer_scripts', function (): void {
	if (isset($_GET['lab-clicked'])) {
		echo '<script>', LAB_CLICK_SCRIPT, '</script>';
	}
}, 99);
