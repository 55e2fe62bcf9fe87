<?php
/*
 * Plugin Name: The editor's opinion
 * Description: GET /?lab-editor=1,2 has the blocks of these posts read by this site's own block editor.
 *
 * The page, once its scripts have run, holds a line in <pre id="opinion"> for each block: the post's number,
 * "valid" or "broken", and the block's name; for a broken one, why. Only for the laboratory.
 * SPDX-License-Identifier: MIT
 */
const LAB_EDITOR_SCRIPT = <<<'END'
const lines = [], out = document.getElementById('opinion');
const judge = (id, block) => {
	// What stands between two blocks.
	if (block.name === null || (block.name === 'core/freeform' && !block.originalContent?.trim())) return;
	lines.push(`${id} ${block.isValid ? 'valid' : 'broken'} ${block.name}`);
	for (const issue of block.isValid ? [] : block.validationIssues ?? [])
		lines.push(`${id} because ${issue.args.map((part) => JSON.stringify(part)).join(' ')}`);
	block.innerBlocks.forEach((inner) => judge(id, inner));
};
try {
	wp.blockLibrary.registerCoreBlocks();
	for (const [id, content] of Object.entries(LAB_POSTS)) {
		wp.blocks.parse(content).forEach((block) => judge(id, block));
		lines.push(`${id} read`);
	}
} catch (error) {
	lines.push('failed ' + error.stack);
}
out.textContent = lines.join('\n');
END;

add_action('template_redirect', function (): void {
	$ids = array_map('intval', explode(',', (string)($_GET['lab-editor'] ?? '')));
	if ($ids === [0]) {
		return;
	}
	$contents = [];
	foreach ($ids as $id) {
		$contents[$id] = (string)get_post($id)?->post_content;
	}
	echo '<!DOCTYPE html><html><head><meta charset="utf-8"><title>editor</title></head><body>',
		'<pre id="opinion">the scripts did not run</pre>';
	wp_print_scripts(['wp-blocks', 'wp-block-library']);
	echo '<script>const LAB_POSTS = ', wp_json_encode((object)$contents, JSON_HEX_TAG | JSON_UNESCAPED_UNICODE), ";\n",
		LAB_EDITOR_SCRIPT, '</script></body></html>';
	exit;
});
