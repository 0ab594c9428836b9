// Debian's Chromium through playwright-core, which downloads nothing.
import { createRequire } from 'node:module';
import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import { PATIENCE_MS, likeAPerson } from '../soon.mjs';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');

export const axeSource = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const ARGS = [
	'--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync',
	'--disable-default-apps', '--no-first-run', '--disable-domain-reliability', '--no-pings',
	'--metrics-recording-only', '--disable-dev-shm-usage',
	'--disable-features=OptimizationHints,MediaRouter,DialMediaRouteProvider,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater',
	'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1',
];

export const launch = () => chromium.launch({ executablePath: process.env.CHROME ?? '/usr/lib/chromium/chromium', headless: true, args: ARGS });

// A page that remembers what it should never have: policy violations, faults, console errors.
export async function open(browser, options = {})
{
	const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'Europe/Oslo',
		permissions: ['clipboard-read', 'clipboard-write'], ...options });
	const page = await context.newPage();
	page.setDefaultTimeout(PATIENCE_MS);
	likeAPerson(page);
	page.wrong = [];
	await page.exposeFunction('violated', (what) => page.wrong.push(`CSP: ${what}`));
	await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (e) =>
		window.violated(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`)));
	page.on('pageerror', (e) => page.wrong.push(`fault: ${e.message}`));
	page.on('console', (m) => {
		// Chromium reports every 4xx; those are what the tests ask for.
		if (m.type() === 'error' && !/Failed to load resource/.test(m.text()))
			page.wrong.push(`console: ${m.text()}`);
	});
	return page;
}

// What Chromium calls a virtual authenticator, for one page; to be added before the page loads.
export const USB = { transport: 'usb' };
export const INTERNAL = { transport: 'internal', hasUserVerification: true, isUserVerified: true, hasResidentKey: true };
const PRIVATE = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

async function devtools(page)
{
	if (!page.cdp) {
		page.cdp = await page.context().newCDPSession(page);
		await page.cdp.send('Page.enable');
		await page.cdp.send('WebAuthn.enable', { enableUI: false });
	}
	return page.cdp;
}

// Runs a script in every document before its own; answers with what takes it back.
export async function beforePage(page, source)
{
	const cdp = await devtools(page);
	const { identifier } = await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source });
	return () => cdp.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
}

export async function addAuthenticator(page, options = USB, holds = [])
{
	await devtools(page);
	const { authenticatorId } = await page.cdp.send('WebAuthn.addVirtualAuthenticator', {
		options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', automaticPresenceSimulation: true, ...options } });
	for (const { credential } of holds) {
		await page.cdp.send('WebAuthn.addCredential', { authenticatorId, credential: {
			credentialId: Buffer.from(credential, 'base64url').toString('base64'), isResidentCredential: false, rpId: 'localhost', privateKey: PRIVATE, signCount: 1 } });
	}
	return {
		id: authenticatorId,
		touch: (enabled) => page.cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
		credentials: async () => (await page.cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
		remove: () => page.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }),
	};
}
