// What members read: complete, used, and written as the house writes.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

const folder = new URL('../../web/src/console/', import.meta.url);
const read = (file) => fs.readFileSync(new URL(file, folder), 'utf8');
const en = JSON.parse(read('text/en.json'));
const code = fs.readdirSync(folder, { recursive: true }).filter((f) => /\.tsx?$/.test(f)).map(read).join('\n') +
	fs.readFileSync(new URL('../console.tsx', folder), 'utf8');

test('every language has every key', () => {
	for (const file of fs.readdirSync(new URL('text/', folder)))
		assert.deepEqual(Object.keys(JSON.parse(read(`text/${file}`))).sort(), Object.keys(en).sort(), file);
});

test('every text is used', () => {
	// Named by a value of the API.
	const families = /^(error|role|method|decision|list|evidence|rule|status|connection|denied|kind|amr|rules|reported|recovery\.(step|device|missing|event|next|because))\./;
	for (const key of Object.keys(en)) {
		const base = key.replace(/\.(one|other)$/, '');
		assert.ok(code.includes(`'${key}'`) || code.includes(`'${base}'`) || families.test(key), key);
	}
});

test('every text that is counted has a form for one and for others', () => {
	for (const key of Object.keys(en).filter((k) => k.endsWith('.one')))
		assert.ok(key.replace(/one$/, 'other') in en, key);
});

test('texts keep the house rules: no blame, no exclamation marks, few sentences', () => {
	for (const [key, text] of Object.entries(en)) {
		assert.doesNotMatch(text, /!|\b(please|sorry|invalid|forbidden|oops|verify|password reset)\b/i, key);
		assert.doesNotMatch(text.replace(/\{\w+\}/g, ''), /\bemail\b|\benroll\b|\blog ?in\b/i, key);
		assert.ok(text.split(/[.?](?:\s|$)/).filter(Boolean).length <= 3, `${key}: ${text}`);
		assert.equal(text, text.trim(), key);
	}
});

test('every code that the console\'s own API documents has a sentence', () => {
	const text = fs.readFileSync(new URL('../../../docs/protocol/console-api.md', folder), 'utf8');
	const codes = [...text.matchAll(/\b4\d\d `(\w+)`/g)].map(([, name]) => name);
	assert.ok(codes.length >= 2, codes.join());
	for (const name of codes)
		assert.ok(`error.${name}` in en, name);
});
