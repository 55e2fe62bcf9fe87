<?php
/*
 * Plugin Name: What a reader with a screen reader would stumble over
 * Description: GET /?lab-axe=1,2 has these posts examined by axe-core, each in a wide and a narrow window.
 *
 * The page, once its scripts have run, holds in <pre id="axe"> a line for each window: the post's number, its
 * width and a JSON list of what is wrong in the post's own content, [[rule, element, why]]: barriers, parts that
 * are wider than their box, tables that reach into its margin, and numbers that are broken in two. What the
 * theme does wrong around it is left out. Only for the laboratory; LAB_AXE is the path of axe.min.js.
 * SPDX-License-Identifier: MIT
 */
const LAB_AXE_WIDTHS = [1200, 360];
const LAB_AXE_EXAMINE = <<<'END'
const inner_right = (box) => box.getBoundingClientRect().right - parseFloat(getComputedStyle(box).paddingRight);
window.addEventListener('load', async () => {
	document.querySelectorAll('details').forEach((fold) => { fold.open = true; });
	const mine = document.querySelector('.wp-block-post-content, .entry-content');
	const wrong = [];
	if (mine === null) wrong.push(['no content', '', '']);
	if (document.documentElement.scrollWidth > innerWidth) wrong.push(['wider than the window', '', '']);
	for (const part of mine?.querySelectorAll('*') ?? [])
		if (part.clientWidth > 0 && part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX === 'visible')
			wrong.push(['wider than its box', part.outerHTML.slice(0, 300), `${part.scrollWidth} in ${part.clientWidth}`]);
	for (const table of mine?.querySelectorAll('table') ?? [])
		if (table.getBoundingClientRect().right > inner_right(table.parentElement) + 1)
			wrong.push(['reaches into the margin', table.textContent.slice(0, 60), '']);
	for (const number of mine?.querySelectorAll('.wp-block-column strong') ?? [])
		if (/^[\d,]+$/.test(number.textContent) && number.getClientRects().length > 1)
			wrong.push(['broken in two', number.textContent, '']);
	const found = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
	for (const rule of found.violations)
		for (const node of rule.nodes)
			if (mine?.contains(document.querySelector(node.target[0])))
				wrong.push([rule.id, node.html, node.failureSummary]);
	parent.axeSays(window.frameElement.dataset.post, innerWidth, wrong);
});
END;

add_action('template_redirect', function () {
	if (!isset($_GET['lab-axe']))
		return;
	echo '<!doctype html><html lang="en"><title>axe</title><pre id="axe"></pre><script>',
		'window.axeSays = (post, width, wrong) => { document.getElementById("axe").textContent += ',
		'`${post} ${width} ${JSON.stringify(wrong)}\n`; };</script>';
	foreach (explode(',', $_GET['lab-axe']) as $id)
		foreach (LAB_AXE_WIDTHS as $width)
			printf('<iframe data-post="%d" src="%s" width="%d" height="2000" style="border:0"></iframe>', $id,
				esc_url(add_query_arg('lab-axe-in', '1', get_permalink((int)$id))), $width);
	exit;
});
add_action('wp_footer', function () {
	if (isset($_GET['lab-axe-in']))
		echo '<script>', file_get_contents(LAB_AXE), '</script><script>', LAB_AXE_EXAMINE, '</script>';
});
