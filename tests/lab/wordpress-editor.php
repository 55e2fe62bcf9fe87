<?php
/*
 * Plugin Name: The editor's opinion
 * Description: GET /?lab-editor=1,2 has the blocks of these posts read by this site's own block editor.
 *
 * The page, once its scripts have run, holds a line in <pre id="opinion"> for each block: the post's number,
 * "valid" or "broken", and the block's name; for a broken one, why. A post that would change by being saved
 * without a change, since the editor writes all blocks anew, has a line "rewritten" with the place. What it
 * would write is in <pre id="written">, as JSON by number. Only for the laboratory.
 * SPDX-License-Identifier: MIT
 */
const LAB_EDITOR_SCRIPT = <<<'END'
const lines = [], written = {}, out = document.getElementById('opinion');
const judge = (id, block) => {
	// What stands between two blocks.
	if (block.name === null || (block.name === 'core/freeform' && !block.originalContent?.trim())) return;
	lines.push(`${id} ${block.isValid ? 'valid' : 'broken'} ${block.name}`);
	for (const issue of block.isValid ? [] : block.validationIssues ?? [])
		lines.push(`${id} because ${issue.args.map((part) => JSON.stringify(part)).join(' ')}`);
	block.innerBlocks.forEach((inner) => judge(id, inner));
};
try {
	// As the editor itself begins: the order of a block's attributes is the server's.
	wp.blocks.unstable__bootstrapServerSideBlockDefinitions(LAB_BLOCKS);
	wp.blockLibrary.registerCoreBlocks();
	for (const [id, content] of Object.entries(LAB_POSTS)) {
		const blocks = wp.blocks.parse(content), saved = wp.blocks.serialize(blocks);
		written[id] = saved;
		blocks.forEach((block) => judge(id, block));
		if (saved !== content) {
			let at = 0;
			while (saved[at] === content[at]) at++;
			lines.push(`${id} rewritten ${JSON.stringify([content, saved].map((text) => text.slice(Math.max(0, at - 60), at + 60)))}`);
		}
		lines.push(`${id} read`);
	}
} catch (error) {
	lines.push('failed ' + error.stack);
}
out.textContent = lines.join('\n');
document.getElementById('written').textContent = JSON.stringify(written);
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
		'<pre id="opinion">the scripts did not run</pre><pre id="written"></pre>';
	wp_print_scripts(['wp-blocks', 'wp-block-library']);
	require_once ABSPATH . 'wp-admin/includes/post.php';
	echo '<script>const LAB_BLOCKS = ', wp_json_encode(get_block_editor_server_block_settings(), JSON_HEX_TAG), ";\n",
		'const LAB_POSTS = ', wp_json_encode((object)$contents, JSON_HEX_TAG | JSON_UNESCAPED_UNICODE), ";\n",
		LAB_EDITOR_SCRIPT, '</script></body></html>';
	exit;
});
