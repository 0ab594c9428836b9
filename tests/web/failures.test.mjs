// What goes wrong: each code of the contract on the page, a server that is gone, a policy that holds.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { soon } from '../soon.mjs';
import { launch, open } from './browser.mjs';
import { start, TOTP } from './mock.mjs';

const root = new URL('../../', import.meta.url);
const en = JSON.parse(fs.readFileSync(new URL('web/src/text/en.json', root), 'utf8'));
const csp = fs.readFileSync(new URL('web/dist/csp.txt', root), 'utf8').trim();
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

const heading = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const CODES = Object.keys(en).map((k) => /^error\.(\w+)(\.other)?$/.exec(k)?.[1]).filter((c) => c && c !== 'the_provider');
// Those that the browser gives rise to, with something in them that only it knows: see keys.test.mjs.
const BROWSERS = ['key_stopped', 'key_known_as', 'key_address'];
const shown = (code) => (en[`error.${code}`] ?? en[`error.${code}.other`]).replace('{wait}', '4 minutes').replace('{n}', '3').replace('{provider}', en['error.the_provider']);

for (const code of CODES.filter((c) => !BROWSERS.includes(c))) {
	test(`${code} when the page loads: its sentence, its code and request id, a way on`, async () => {
		mock.reset();
		mock.fault('GET /sign-in', { status: 400, code, retry_after_s: 240, tries_left: 3 });
		await page.goto(mock.origin + mock.login);
		await heading('That did not work');
		await page.locator('.slip').getByText(shown(code), { exact: true }).waitFor();
		await soon.equal(() => page.locator('.below').innerText(), `For the help desk: ${code} · 7f3a-91c2`);
		await soon.ok(async () => await page.locator('.slip').getByRole('button').or(page.locator('.slip').getByRole('link')).count() > 0);
		await soon.match(() => page.title(), /^Error: /);
	});
}

test('a code that this page does not know shows a sentence and never the server\'s text', async () => {
	mock.reset();
	mock.fault('GET /sign-in', { status: 400, code: 'something_new', message: 'SQLSTATE 40001' });
	await page.goto(mock.origin + mock.login);
	await page.locator('.slip').getByText(en['error.unknown']).waitFor();
	await soon.equal(() => page.getByText('SQLSTATE').count(), 0);
});

test('a proxy\'s own error page is trouble, said as such, and can be tried again', async () => {
	mock.reset();
	await page.route('**/api/v1/sign-in*', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }), { times: 1 });
	await page.goto(mock.origin + mock.login);
	await page.locator('.slip').getByText(en['error.unavailable']).waitFor();
	await page.getByRole('button', { name: 'Try again' }).click();
	await heading('Sign in');
});

test('a server that cannot be reached is said, and what was typed stays', async () => {
	mock.reset({ session: true, devices: [TOTP] });
	await page.goto(mock.origin + mock.login);
	await page.waitForSelector('#code');
	await page.route('**/answer', (route) => route.abort());
	await page.fill('#code', '529038');
	await page.locator('.field.bad', { hasText: en['error.network'] }).waitFor();
	await soon.equal(() => page.inputValue('#code'), '529038');
	await page.unroute('**/answer');
	await page.press('#code', 'Enter');
	await page.waitForURL('**/the-application');
});

test('an answer that is no JSON is not taken for one', async () => {
	mock.reset();
	await page.route('**/api/v1/sign-in*', (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<p>hello' }));
	await page.goto(mock.origin + mock.login);
	await page.locator('.slip').getByText(en['error.network']).waitFor();
});

test('a redirect of the API is not followed', async () => {
	mock.reset();
	await page.route('**/api/v1/sign-in*', (route) => route.fulfill({ status: 302, headers: { location: '/the-application' } }));
	await page.goto(mock.origin + mock.login);
	await page.locator('.slip').getByText(en['error.network']).waitFor();
});

test('a provider that is down is named and the others stay', async () => {
	mock.reset();
	mock.fault('POST /sign-in/oidc', { status: 503, code: 'provider_down' });
	await page.goto(mock.origin + mock.login);
	await page.getByRole('button', { name: /Halden Entra ID/ }).click();
	await page.getByText('Halden Entra ID does not answer. Try again in a minute, or use another way to sign in.').first().waitFor();
	await soon.equal(() => page.locator('.choices button').count(), 3);
	await page.locator('#alarm', { hasText: 'Halden Entra ID does not answer.' }).waitFor({ state: 'attached' });
});

for (const code of ['signed_out', 'answered']) {
	test(`${code} at the answer reads the state again and says why`, async () => {
		mock.reset({ session: true, devices: [TOTP] });
		await page.goto(mock.origin + mock.login);
		await page.waitForSelector('#code');
		mock.fault(`POST /challenges/${mock.world.challenge.id}/answer`, { status: 409, code });
		mock.world.session = code !== 'signed_out';
		await page.fill('#code', '529038');
		await page.locator('.banner', { hasText: en[`error.${code}`] }).waitFor();
		await heading(code === 'signed_out' ? 'Sign in' : 'Enter the code from your app');
	});
}

test('a state that contradicts itself ends in words, not in a loop', async () => {
	mock.reset({ session: true, devices: [TOTP] });
	mock.fault('POST /challenges', ...Array.from({ length: 50 }, () => ({ status: 409, code: 'answered' })));
	await page.goto(mock.origin + mock.login);
	await heading('That did not work');
	assert.ok(mock.count('POST /challenges') <= 4);
});

test('a link that has ended offers no useless repetition', async () => {
	mock.reset();
	mock.fault('GET /sign-in', { status: 410, code: 'link_ended' });
	await page.goto(mock.origin + mock.login);
	await page.getByRole('link', { name: 'Go to your applications' }).waitFor();
	await soon.equal(() => page.getByRole('button', { name: 'Try again' }).count(), 0);
});

test('/refused says nothing that the address made up', async () => {
	mock.reset();
	await page.goto(mock.origin + '/refused?code=Call+555-0100&id=<b>now</b>&message=Your+account+is+closed');
	await heading('You were not let in');
	await soon.equal(() => page.getByText(/555|closed|now/).count(), 0);
	await page.getByText(en['refused.lead']).waitFor();
});

test('/refused goes on where the person was going', async () => {
	mock.reset();
	await page.goto(mock.origin + '/refused?code=provider_refused&id=7f3a-91c2&meta=sealed');
	await page.locator('.slip').getByText(shown('provider_refused')).first().waitFor();
	await page.getByRole('button', { name: 'Sign in again' }).click();
	await heading('Sign in');
	await page.getByText('Berth planner').waitFor();
});

test('back from the application the page reads the state anew', async () => {
	mock.reset();
	await page.goto(mock.origin + mock.login);
	await heading('Sign in');
	mock.world.session = true;
	mock.world.devices = [TOTP];
	await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
	await heading('Enter the code from your app');
});

test('without JavaScript the page says what it needs', async () => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const plain = await context.newPage();
	await plain.goto(mock.origin + mock.login);
	await soon.ok(() => plain.locator('main h1').isVisible());
	await context.close();
});

test('the policy is strict', () => {
	const policy = new Map(csp.split('; ').map((d) => [d.split(' ')[0], d.split(' ').slice(1).join(' ')]));
	assert.equal(policy.get('default-src'), "'none'");
	assert.equal(policy.get('script-src'), "'self'");
	assert.equal(policy.get('style-src'), "'self'");
	assert.equal(policy.get('base-uri'), "'none'");
	assert.equal(policy.get('frame-ancestors'), "'none'");
	assert.equal(policy.get('require-trusted-types-for'), "'script'");
	assert.equal(policy.get('trusted-types'), "'none'");
	assert.doesNotMatch(csp, /unsafe|\*|https?:|data:/);
});

test('what the policy refuses is noticed by these tests', async () => {
	mock.reset();
	await page.goto(mock.origin + mock.login);
	await heading('Sign in');
	await page.evaluate(() => {
		const style = document.createElement('style');
		style.textContent = 'h1 { color: red }';
		document.head.append(style);
	});
	assert.throws(() => assert.deepEqual(page.wrong, []));
	await assert.rejects(page.evaluate(() => { document.body.innerHTML = '<p>x</p>'; }), /TrustedHTML/);
	await assert.rejects(page.evaluate(() => { trustedTypes.createPolicy('x', {}); }), /disallowed/);
});

test('the document has no script or style of its own, and every asset an integrity', async () => {
	const html = fs.readFileSync(new URL('web/dist/index.html', root), 'utf8');
	assert.doesNotMatch(html, /<style|<script(?![^>]*src=)|\son\w+=|style=/);
	assert.equal((html.match(/integrity="sha384-/g) ?? []).length, 2);
});

test('a script that was changed on its way does not run', async () => {
	mock.reset();
	await page.route('**/assets/portal-*.js', async (route) => {
		const response = await route.fetch();
		await route.fulfill({ response, body: await response.text() + '\nwindow.evil = true;' });
	});
	await page.goto(mock.origin + mock.login);
	await soon.equal(() => page.evaluate(() => window.evil), undefined);
	await soon.equal(() => page.locator('#app > *').count(), 0);
});

test('the portal asks nobody but its own host', async () => {
	mock.reset({ session: true, organization: { name: 'Halden Maritime', header_text: '', footer_text: '', logo_path: '//cdn.example/logo.png' },
		applications: [{ id: 'b', name: 'Grafana', host: 'grafana.halden.example', url: 'https://grafana.halden.example/', logo_url: 'https://cdn.example/logo.png', asks: 'nothing' }] });
	const hosts = new Set();
	page.on('request', (r) => hosts.add(new URL(r.url()).host));
	await page.goto(mock.origin + '/');
	await heading('Your applications');
	assert.deepEqual([...hosts], [new URL(mock.origin).host]);
	assert.deepEqual(page.wrong, []);
});

test('too many tries without an end do not say "now"', async () => {
	mock.reset({ session: true, devices: [TOTP] });
	await page.goto(mock.origin + mock.login);
	await page.waitForSelector('#code');
	mock.fault(`POST /challenges/${mock.world.challenge.id}/answer`, { status: 429, code: 'too_many' });
	await page.fill('#code', '529038');
	await page.locator('.field.bad', { hasText: en['error.too_many.open'] }).waitFor();
});

test('somebody who enrolled in another window is asked for the code instead', async () => {
	mock.reset({ session: true });
	await page.goto(mock.origin + mock.login);
	await page.waitForSelector('#code');
	mock.world.devices = [TOTP];
	mock.fault('POST /enrolments/e7/confirm', { status: 409, code: 'enrolled_already' });
	await page.fill('#code', '529038');
	await heading('Enter the code from your app');
	await page.locator('.banner', { hasText: en['error.enrolled_already'] }).waitFor();
});
