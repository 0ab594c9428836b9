// What people read: complete, used, and written as the house writes.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const read = (file) => fs.readFileSync(new URL(file, root), 'utf8');
const en = JSON.parse(read('web/src/text/en.json'));
const folder = new URL('web/src/', root);
const code = fs.readdirSync(folder, { recursive: true }).filter((f) => /\.tsx?$/.test(f))
	.map((f) => fs.readFileSync(new URL(f, folder), 'utf8')).join('\n');

function contractCodes()
{
	const text = read('docs/protocol/portal-api.md');
	const list = /Codes in use:\n([\s\S]*?)\n\n/.exec(text)[1];
	return [...list.matchAll(/`(\w+)`(?! is)/g)].map(([, name]) => name).filter((name) => !['retry_after_s', 'tries_left', 'meta'].includes(name));
}

test('the contract names its error codes', () => {
	const codes = contractCodes();
	assert.ok(codes.length >= 20, codes.join());
	for (const code of ['csrf', 'wrong_pin', 'link_ended', 'no_application'])
		assert.ok(codes.includes(code), code);
});

for (const code of contractCodes()) {
	test(`error ${code} has a sentence`, () => {
		const keys = Object.keys(en).filter((key) => key === `error.${code}` || key === `error.${code}.other`);
		assert.equal(keys.length, 1);
		assert.ok(en[keys[0]].length > 20);
	});
}

test('every refusal that the server knows has a sentence', () => {
	const codes = [...read('src/domain/refusal.def').matchAll(/^R\(\w+, "(\w+)"\)/gm)].map(([, name]) => name);
	assert.ok(codes.length >= 20);
	// Members sign in on the console's pages, which have their own sentences.
	const console = JSON.parse(read('web/src/console/text/en.json'));
	for (const name of codes)
		assert.ok(`error.${name}` in en || `error.${name}.other` in en || `error.${name}` in console, name);
});

test('every language has every key', () => {
	for (const file of fs.readdirSync(new URL('web/src/text/', root)))
		assert.deepEqual(Object.keys(JSON.parse(read(`web/src/text/${file}`))).sort(), Object.keys(en).sort(), file);
});

test('every text is used', () => {
	const families = /^(error|kind|key_title|builtin|builtin_in|enrol\.barred|not_me|denied|launcher)\./;
	for (const key of Object.keys(en)) {
		const base = key.replace(/\.(one|other|now|open)$/, '');
		assert.ok(code.includes(`'${key}'`) || code.includes(`'${base}'`) || families.test(key), key);
	}
});

test('every text that is counted has a form for one and for others', () => {
	for (const key of Object.keys(en).filter((k) => k.endsWith('.one')))
		assert.ok(key.replace(/one$/, 'other') in en, key);
});

test('texts keep the house rules: no blame, no exclamation marks, at most two sentences', () => {
	for (const [key, text] of Object.entries(en)) {
		assert.doesNotMatch(text, /!|\b(please|sorry|invalid|forbidden|oops|verify|credential|password reset)\b/i, key);
		assert.doesNotMatch(text.replace(/\{\w+\}/g, ''), /\bemail\b|\benroll\b|\blog ?in\b/i, key);
		assert.ok(text.split(/[.?](?:\s|$)/).filter(Boolean).length <= 3, `${key}: ${text}`);
		assert.equal(text, text.trim(), key);
	}
});
