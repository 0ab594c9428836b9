// Every page of the console in every state: axe in light and dark, no sideways scrolling, nothing
// the policy refused, no style attribute, one heading, targets that a thumb can hit.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { soon } from '../soon.mjs';
import { axeSource, launch, open } from './browser.mjs';
import { start } from './console_mock.mjs';
import { show, VIEWS } from './console_views.mjs';

const WIDTHS = [320, 360, 720, 1280];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const COLOURS = ['color-contrast'];
let browser;
let mock;
let page;

before(async () => {
	mock = await start();
	browser = await launch();
	page = await open(browser);
});
after(async () => {
	await browser.close();
	await mock.stop();
});

const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function axe(rules, scheme)
{
	const { violations, passes } = await page.evaluate((only) => window.axe.run(document, { runOnly: only }), rules);
	assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 200)).join(' | ')}`), [], scheme);
	assert.ok(passes.length >= (rules === TAGS ? 10 : 1), 'axe looked at nothing');
}

for (const view of VIEWS) {
	test(`${view.name} is clean`, async () => {
		page.wrong.length = 0;
		await page.setViewportSize({ width: 1280, height: 800 });
		await show(page, mock, view);
		// Evaluated, not inserted: the page's policy would refuse the script.
		await page.evaluate(axeSource);
		for (const [colorScheme, rules] of [['light', TAGS], ['dark', COLOURS]]) {
			await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
			await axe(rules, colorScheme);
		}
		for (const width of WIDTHS) {
			await page.setViewportSize({ width, height: 800 });
			await soon.ok(async () => await sideways() <= 0, `scrolls sideways at ${width}`);
		}
		// Tables have become blocks, and the navigation a drawer: that is another page to axe.
		await page.setViewportSize({ width: 360, height: 800 });
		await axe(TAGS, 'at 360');
		assert.equal(await page.locator('[style]').count(), 0, 'style attribute');
		// What is behind a dialog is out of everybody's reach.
		assert.ok(await page.locator(await page.locator('dialog[open] h1').count() > 0 ? 'dialog[open] h1' : 'h1').count() <= 1);
		assert.deepEqual(page.wrong, []);
	});
}

test('on a small screen targets are 44 pixels high', async () => {
	await page.setViewportSize({ width: 360, height: 800 });
	for (const view of VIEWS.filter((v) => /^(settings|lists|list|users|user|application|application-policies|policy|provider|sign-ins|profile-(own|authentication|key-open|sessions|tokens|activity|add-app|codes|new-phone))$/.test(v.name))) {
		await show(page, mock, view);
		await page.waitForSelector('h1');
		for (const target of await page.locator('.btn:visible, .input:visible, .tabs a:visible').all()) {
			const { height } = await target.boundingBox();
			assert.ok(height >= 44, `${view.name}: ${await target.evaluate((e) => e.outerHTML.slice(0, 200))} is ${height}`);
		}
	}
});

for (const name of ['settings', 'list', 'user', 'application-policies', 'policy', 'users', 'provider', 'sign-ins', 'profile-authentication', 'profile-key-open', 'profile-sessions', 'profile-tokens', 'profile-add-app', 'profile-codes']) {
	test(`${name} bears letters of 200 % at 640 pixels`, async () => {
		const view = VIEWS.find((v) => v.name === name);
		await page.setViewportSize({ width: 640, height: 800 });
		await show(page, mock, view);
		await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
		await soon.ok(async () => await sideways() <= 0);
	});
}

test('nothing moves for somebody who asked for no motion', async () => {
	await page.emulateMedia({ reducedMotion: 'reduce' });
	await show(page, mock, VIEWS.find((v) => v.name === 'settings-review'));
	const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((e) => {
		const s = getComputedStyle(e);
		return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0;
	}).length);
	assert.equal(moving, 0);
});
