// The one input for six digits, as the PIN, the challenge and the enrolment use it.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { soon } from '../soon.mjs';
import { launch, open } from './browser.mjs';
import { META, RIGHT_CODE, RIGHT_PIN, start, TOTP, USED_CODE } from './mock.mjs';

let browser;
let mock;
let page;

before(async () => {
	mock = await start();
	browser = await launch();
});
after(async () => {
	await browser.close();
	await mock.stop();
});
beforeEach(async () => {
	await page?.context().close();
	page = await open(browser);
});

async function challenge(world = {})
{
	mock.reset({ session: true, devices: [TOTP], ...world });
	await page.goto(mock.origin + mock.login);
	await page.waitForSelector('#code');
}

async function pin(world = {})
{
	mock.reset({ ...world, pin: { email: 'ines.moreau@halden.example', expires_at: new Date(Date.now() + 600000).toISOString(),
		resend_at: new Date(Date.now() + 60000).toISOString(), ...world.pin } });
	await page.goto(mock.origin + mock.login);
	await page.waitForSelector('#pin');
}

async function paste(selector, text)
{
	await page.evaluate((t) => navigator.clipboard.writeText(t), text);
	await page.focus(selector);
	await page.keyboard.press('Control+V');
}

const answers = () => mock.world.calls.filter((c) => c.name.endsWith('/answer'));
const wrong = (text) => page.locator('.field.bad .err', { hasText: text }).waitFor();
const done = () => page.waitForURL('**/the-application');

for (const text of ['529038', '529 038', '529-038', ' 529\u00a0038\n', '５２９０３８', 'Your code is 529038, valid for 10 minutes.', 'Code 529 038. It ends at 12:30.']) {
	test(`pasting ${JSON.stringify(text)} answers with 529038`, async () => {
		await challenge();
		await paste('#code', text);
		await done();
		await soon.deepEqual(() => answers().map((c) => c.body), [{ meta: META, factor: 'totp', code: '529038' }]);
	});
}

test('the focus is in the input when the question stands', async () => {
	await challenge();
	await soon.equal(() => page.evaluate(() => document.activeElement.id), 'code');
});

test('the input says to the browser what it is', async () => {
	await challenge();
	const input = page.locator('#code');
	await soon.equal(() => input.getAttribute('autocomplete'), 'one-time-code');
	await soon.equal(() => input.getAttribute('inputmode'), 'numeric');
	await soon.equal(() => input.getAttribute('maxlength'), '6');
});

test('typing the last digit sends, once', async () => {
	await challenge();
	await page.keyboard.type(RIGHT_CODE.slice(0, 5));
	assert.equal(answers().length, 0);
	await page.keyboard.type(RIGHT_CODE.slice(5));
	await done();
	await soon.equal(() => answers().length, 1);
});

test('letters and signs are left out', async () => {
	await challenge();
	await page.keyboard.type('5a2-9 0');
	await soon.equal(() => page.inputValue('#code'), '5290');
	assert.equal(answers().length, 0);
});

test('a seventh digit and Enter during the check send nothing more', async () => {
	await challenge();
	let release;
	mock.world.delays[`POST /challenges/${mock.world.challenge.id}/answer`] = new Promise((go) => { release = go; });
	await page.keyboard.type(RIGHT_CODE);
	await page.keyboard.press('7');
	await page.keyboard.press('Enter');
	await page.click('button[type=submit]');
	await page.locator('button[aria-busy=true]', { hasText: 'Checking…' }).waitFor();
	release();
	await done();
	await soon.equal(() => answers().length, 1);
});

test('an empty code is refused here, with the focus in the input', async () => {
	await challenge();
	await page.keyboard.press('Enter');
	await wrong('Enter the six-digit code');
	assert.equal(answers().length, 0);
	await soon.equal(() => page.evaluate(() => document.activeElement.id), 'code');
	await soon.equal(() => page.getAttribute('#code', 'aria-invalid'), 'true');
	await soon.match(() => page.getAttribute('#code', 'aria-describedby'), /\bcode-err\b/);
});

test('a short code is refused here', async () => {
	await challenge();
	await page.keyboard.type('5290');
	await page.keyboard.press('Enter');
	await wrong('The code has six digits.');
	assert.equal(answers().length, 0);
});

test('a PIN that was used in another window leads on instead of being called over', async () => {
	await pin();
	mock.fault('POST /sign-in/pin/verify', { status: 410, code: 'pin_over' });
	Object.assign(mock.world, { session: true, pin: null, devices: [TOTP] });
	await page.keyboard.type(RIGHT_PIN);
	await page.getByRole('heading', { name: 'Enter the code from your app' }).waitFor();
});

test('a PIN that is over in this window too is called over', async () => {
	await pin();
	mock.fault('POST /sign-in/pin/verify', { status: 410, code: 'pin_over' });
	await page.keyboard.type(RIGHT_PIN);
	await page.getByRole('heading', { name: 'This PIN has ended' }).waitFor();
});

test('a short PIN is refused here, and called a PIN', async () => {
	await pin();
	await page.keyboard.type('5290');
	await page.keyboard.press('Enter');
	await wrong('The PIN has six digits. Enter all of them.');
});

test('after a wrong code it stays and is selected, and the error is spoken', async () => {
	await challenge();
	await page.keyboard.type('000000');
	await wrong('That code does not match.');
	await soon.equal(() => page.inputValue('#code'), '000000');
	await soon.equal(() => page.evaluate(() => getSelection().toString() || document.activeElement.value.slice(
		document.activeElement.selectionStart, document.activeElement.selectionEnd)), '000000');
	await page.locator('#alarm', { hasText: 'That code does not match.' }).waitFor({ state: 'attached' });
});

test('after an error the last digit does not send, Enter does', async () => {
	await challenge();
	await page.keyboard.type('000000');
	await wrong('That code does not match.');
	await page.keyboard.type(RIGHT_CODE);
	await soon.equal(() => page.inputValue('#code'), RIGHT_CODE);
	// Anything that was sent would have arrived before this one.
	await page.evaluate(() => fetch('/api/v1/me'));
	await soon.equal(() => answers().length, 1);
	await page.keyboard.press('Enter');
	await done();
	await soon.equal(() => answers().length, 2);
});

test('after an error a pasted code waits for Enter too', async () => {
	await challenge();
	await page.keyboard.press('Enter');
	await wrong('Enter the six-digit code');
	await paste('#code', '529 038');
	await page.evaluate(() => fetch('/api/v1/me'));
	assert.equal(answers().length, 0);
	await page.keyboard.press('Enter');
	await done();
});

test('the second of two wrong codes is said again', async () => {
	await challenge();
	await page.keyboard.type('000000');
	await wrong('That code does not match.');
	await page.locator('#alarm', { hasText: 'does not match' }).waitFor({ state: 'attached' });
	await page.evaluate(() => { document.getElementById('alarm').textContent = ''; });
	await page.keyboard.type('000001');
	await page.keyboard.press('Enter');
	await page.locator('#alarm', { hasText: 'does not match' }).waitFor({ state: 'attached' });
});

test('what was said of one question is gone from the page of the next', async () => {
	await pin({ devices: [TOTP] });
	await page.keyboard.type(RIGHT_PIN === '000000' ? '000001' : '000000');
	await page.locator('#alarm', { hasText: 'not the PIN' }).waitFor({ state: 'attached' });
	await page.fill('#pin', RIGHT_PIN);
	await page.keyboard.press('Enter');
	await page.waitForSelector('#code');
	await soon.equal(() => page.evaluate(() => ['alarm', 'live'].map((id) => document.getElementById(id).textContent).join('')), '');
});

test('a used code says when the next one comes, and counts', async () => {
	await page.clock.install();
	await challenge();
	await page.keyboard.type(USED_CODE);
	const left = async () => Number(/in about (\d+) seconds\./.exec(await page.locator('.field.bad .err').innerText())[1]);
	await soon.ok(async () => await left() <= 12);
	const before = await left();
	await page.clock.runFor(5000);
	await soon.ok(async () => await left() <= before - 5);
	await page.clock.runFor(7500);
	await wrong('The next one is there now.');
});

test('too many tries block the button, say how long, and let go by themselves', async () => {
	await page.clock.install();
	await challenge();
	mock.fault(`POST /challenges/${mock.world.challenge.id}/answer`, { status: 429, code: 'too_many', retry_after_s: 240 });
	await page.keyboard.type('000000');
	await wrong('Try again in 4 minutes.');
	const button = page.locator('button[type=submit]');
	await soon.equal(() => button.getAttribute('aria-disabled'), 'true');
	await soon.equal(() => button.getAttribute('aria-describedby'), 'code-err');
	await page.keyboard.type(RIGHT_CODE);
	await page.keyboard.press('Enter');
	await soon.equal(() => answers().length, 1);
	await page.clock.runFor(180000);
	await wrong('Try again in 60 seconds.');
	await page.clock.runFor(61000);
	await wrong('You can try again now.');
	await soon.equal(() => button.getAttribute('aria-disabled'), 'false');
	await page.focus('#code');
	await page.keyboard.press('Enter');
	await done();
});

test('a challenge that runs out says so and asks anew', async () => {
	await page.clock.install();
	await challenge({ challengeFor: 120 });
	await page.clock.runFor(121000);
	const again = page.getByRole('button', { name: 'Ask again' });
	await again.waitFor();
	await soon.match(() => page.title(), /^Error: This question has ended/);
	await soon.equal(() => page.evaluate(() => document.activeElement.tagName), 'H1');
	mock.world.challengeFor = 600;
	await again.click();
	await page.waitForSelector('#code');
	await soon.equal(() => mock.count('POST /challenges'), 2);
});

for (const tries of [4, 2]) {
	test(`a wrong PIN with ${tries} tries before it says how many are left`, async () => {
		await pin({ tries });
		await page.keyboard.type('000000');
		await wrong(tries === 2 ? '1 try left.' : '3 tries left.');
		await soon.match(() => page.title(), /^Error: Enter your PIN – Halden Maritime$/);
	});
}

test('the last wrong PIN leaves no input, and a new PIN one that sends by itself again', async () => {
	await pin({ tries: 1, pin: { resend_at: new Date().toISOString() } });
	await page.keyboard.type('000000');
	await page.getByRole('heading', { name: 'This PIN has ended' }).waitFor();
	await soon.equal(() => page.locator('input').count(), 0);
	await page.getByRole('button', { name: 'Send a new PIN' }).click();
	await page.waitForSelector('#pin');
	await soon.equal(() => mock.world.calls.find((c) => c.name === 'POST /sign-in/pin').body.email, 'ines.moreau@halden.example');
	await page.locator('#live', { hasText: 'A new PIN is on its way.' }).waitFor({ state: 'attached' });
	await page.keyboard.type(RIGHT_PIN);
	await page.getByRole('heading', { name: 'Add an authenticator application' }).waitFor();
});

test('a PIN counts down, says its last minute, and ends by itself', async () => {
	await page.clock.install();
	await pin();
	await page.getByText(/This one ends in (10:00|9:\d\d)\./).waitFor();
	await page.clock.runFor(540000);
	await page.locator('#live', { hasText: 'This PIN ends in 1 minute.' }).waitFor({ state: 'attached' });
	await page.clock.runFor(61000);
	await page.getByRole('heading', { name: 'This PIN has ended' }).waitFor();
});

test('a new PIN can be had after its time, not before', async () => {
	await page.clock.install();
	await pin();
	const resend = page.getByRole('button', { name: /New PIN in (1:00|0:\d\d)/ });
	await soon.equal(() => resend.getAttribute('aria-disabled'), 'true');
	await resend.click({ force: true });
	assert.equal(mock.count('POST /sign-in/pin'), 0);
	await page.clock.runFor(61000);
	await page.getByRole('button', { name: 'Send a new PIN' }).click();
	await page.locator('#live', { hasText: 'A new PIN is on its way.' }).waitFor({ state: 'attached' });
	await soon.equal(() => mock.count('POST /sign-in/pin'), 1);
});

test('a computer whose clock is an hour wrong still sees the right time left', async () => {
	await page.clock.install({ time: Date.now() + 3600000 });
	await pin();
	await page.getByText(/This one ends in (10:00|9:\d\d)\./).waitFor();
});
