// The colours, from the one block that states them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

const src = new URL('../../web/src/', import.meta.url);
const tokens = Object.fromEntries([...fs.readFileSync(new URL('style/tokens.css', src), 'utf8')
	.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(([, name, light, dark]) => [name, { light, dark }]));

function luminance(hex)
{
	const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
		.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(a, b)
{
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
	return (high + 0.05) / (low + 0.05);
}

const TEXT = ['ink page', 'ink surface', 'ink sunk', 'ink-2 page', 'ink-2 surface', 'ink-2 sunk', 'accent page', 'accent surface',
	'accent sunk', 'accent accent-soft', 'accent-hover accent-soft', 'on-accent accent', 'on-accent accent-hover', 'ok ok-soft',
	'ok surface', 'warn warn-soft', 'warn surface', 'danger danger-soft', 'danger surface', 'on-danger danger', 'on-danger danger-hover',
	'on-stub stub', 'on-stub-2 stub', 'on-stub stub-tile', 'ink accent-soft', 'ink warn-soft', 'ink danger-soft', 'ink ok-soft',
	'ink-2 accent-soft', 'ink-2 warn-soft', 'on-qr qr'];
const EDGES = ['control surface', 'control page', 'accent surface', 'accent page', 'danger surface'];

test('the ratio of black on white is 21', () => assert.equal(ratio('#000000', '#ffffff'), 21));

for (const scheme of ['light', 'dark']) {
	test(`every text colour stands out 4.5 to 1 or more, ${scheme}`, () => {
		for (const pair of TEXT) {
			const [ink, ground] = pair.split(' ').map((name) => tokens[name][scheme]);
			assert.ok(ratio(ink, ground) >= 4.5, `${pair}: ${ratio(ink, ground).toFixed(2)}`);
		}
	});
	test(`every border of a control stands out 3 to 1 or more, ${scheme}`, () => {
		for (const pair of EDGES) {
			const [edge, ground] = pair.split(' ').map((name) => tokens[name][scheme]);
			assert.ok(ratio(edge, ground) >= 3, `${pair}: ${ratio(edge, ground).toFixed(2)}`);
		}
	});
}

const sources = fs.readdirSync(src, { recursive: true }).filter((f) => /\.(tsx?|css)$/.test(f))
	.map((file) => [file, fs.readFileSync(new URL(file, src), 'utf8')]);

test('no colour value stands outside the tokens', () => {
	for (const [file, text] of sources)
		if (!file.endsWith('tokens.css'))
			assert.doesNotMatch(text, /#[0-9a-f]{3,8}\b(?!")|\b(?:rgb|hsl|oklch)a?\(/i, file);
});

test('no source writes a style attribute or a string of HTML', () => {
	for (const [file, text] of sources.filter(([f]) => /tsx?$/.test(f)))
		assert.doesNotMatch(text, /\bstyle=|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, file);
});
