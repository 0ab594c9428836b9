// Every page in every state: axe in light and dark, no sideways scrolling, nothing the policy
// refused, no style attribute, the title says "Error:" exactly when something is wrong.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { soon } from '../soon.mjs';
import { axeSource, launch, open } from './browser.mjs';
import { start } from './mock.mjs';
import { show, VIEWS } from './views.mjs';

const WIDTHS = [320, 360, 720, 1280];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const ERRORS = /-(down|empty|too-many|wrong|over|ended|used|unsupported|incomplete|code|disabled|stopped|known|unproven|cloned)$|^challenge-no-webauthn$|^(denied|refused|not-found|trouble)$/;
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

const axe = (rules) => page.evaluate((only) => window.axe.run(document, { runOnly: only }), rules);
const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const view of VIEWS) {
	test(`${view.name} is clean`, async () => {
		page.wrong.length = 0;
		await page.setViewportSize({ width: 1280, height: 800 });
		await show(page, mock, view);
		// Evaluated, not inserted: the page's policy would refuse the script.
		await page.evaluate(axeSource);
		// Nothing but the colours depends on the scheme.
		for (const [colorScheme, rules] of [['light', TAGS], ['dark', ['color-contrast']]]) {
			// A colour halfway between two schemes is nobody's colour.
			await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
			const { violations, passes } = await axe(rules);
			assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`), [], colorScheme);
			assert.ok(passes.length >= (rules === TAGS ? 10 : 1), 'axe looked at nothing');
		}
		for (const width of WIDTHS) {
			await page.setViewportSize({ width, height: 800 });
			await soon.ok(async () => await sideways() <= 0, `scrolls sideways at ${width}`);
		}
		assert.equal(await page.locator('[style]').count(), 0, 'style attribute');
		assert.equal(await page.locator('h1').count(), 1);
		await soon.equal(async () => (await page.title()).startsWith('Error: '), ERRORS.test(view.name), 'what the title says');
		assert.deepEqual(page.wrong, []);
	});
}

const BIG = ['sign-in', 'pin-wrong', 'enrol', 'enrol-both-empty', 'challenge-used', 'launcher', 'launcher-menu', 'devices-long', 'invitation-wrong'];

for (const view of VIEWS.filter((v) => BIG.includes(v.name))) {
	test(`${view.name} bears letters of 200 % at 640 pixels`, async () => {
		await page.setViewportSize({ width: 640, height: 800 });
		await show(page, mock, view);
		await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
		await soon.ok(async () => await sideways() <= 0);
	});
}

test('targets are 44 pixels high or more', async () => {
	await page.setViewportSize({ width: 360, height: 800 });
	for (const view of VIEWS.filter((v) => /^(sign-in|pin|enrol|challenge|launcher-menu|devices-none|invitation)$/.test(v.name))) {
		await show(page, mock, view);
		for (const target of await page.locator('.btn:visible, .choices button:visible, .input:visible, .tabs a:visible, .tile:visible').all()) {
			const { height } = await target.boundingBox();
			assert.ok(height >= 44, `${view.name}: ${await target.evaluate((e) => e.outerHTML)} is ${height}`);
		}
	}
});

test('nothing moves for somebody who asked for no motion', async () => {
	await page.emulateMedia({ reducedMotion: 'reduce' });
	await show(page, mock, VIEWS.find((v) => v.name === 'launcher-menu'));
	const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((e) => {
		const s = getComputedStyle(e);
		return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0;
	}).length);
	assert.equal(moving, 0);
});

test('with forced colours a slip keeps its border and a blocked button its words', async () => {
	await page.emulateMedia({ forcedColors: 'active' });
	await show(page, mock, VIEWS.find((v) => v.name === 'pin'));
	assert.equal(await page.locator('.slip').evaluate((e) => getComputedStyle(e).borderTopWidth), '1px');
	await soon.match(() => page.locator('[aria-disabled=true]').innerText(), /^New PIN in 0:/);
	await page.emulateMedia({ forcedColors: 'none' });
});

test('printing an enrolment leaves the key and the picture, and no buttons', async () => {
	await show(page, mock, VIEWS.find((v) => v.name === 'enrol'));
	await page.emulateMedia({ media: 'print' });
	await soon.ok(() => page.locator('.qr img').isVisible());
	await soon.ok(() => page.locator('.key').isVisible());
	await soon.equal(() => page.locator('.btn:visible, input:visible').count(), 0);
	await page.emulateMedia({ media: 'screen' });
});
