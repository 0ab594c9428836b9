// Assertions about what comes when it comes: a page that writes, a server that is told. Each reads
// again until it holds, so that a busy machine is only slower:
//
//     await soon.equal(() => page.title(), 'MFA devices');
//     await soon.deepEqual(focused, 'email');
//
// One that never holds fails as the plain assertion of the last reading would.
import assert from 'node:assert/strict';

export const PATIENCE_MS = 30_000;

const wait = () => new Promise((done) => setTimeout(done, 25));

async function holds(judge)
{
	const end = performance.now() + PATIENCE_MS;
	for (;; await wait()) {
		try {
			return await judge();
		} catch (fault) {
			if (performance.now() >= end)
				throw fault;
		}
	}
}

const VERBS = ['ok', 'equal', 'notEqual', 'deepEqual', 'match', 'doesNotMatch'];

export const soon = Object.fromEntries(VERBS.map((verb) => [verb, (read, ...rest) => {
	// A plain assert.ok quotes itself; this one what was read.
	const said = verb === 'ok' && rest.length === 0 ? [String(read)] : rest;
	return holds(async () => assert[verb](await read(), ...said));
}]));

const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));

// A page used as a person does it: they read what is shown, not what screen readers are told of it a
// moment later, and they type where they see the cursor, a moment after the words came.
export function likeAPerson(page)
{
	const { keyboard } = page;
	const [getByText, type, press] = [page.getByText.bind(page), keyboard.type.bind(keyboard), keyboard.press.bind(keyboard)];
	page.getByText = (text, options) => getByText(text, options).and(page.locator(':not(#live, #alarm)'));
	keyboard.type = async (text, options) => {
		await soon.ok(() => page.evaluate(() => document.activeElement.matches('input, select, textarea')), 'the cursor is in no field');
		await type(text, options);
	};
	keyboard.press = async (key, options) => {
		await Promise.race([page.evaluate(frames).catch(() => undefined), new Promise((done) => setTimeout(done, 1000))]);
		await press(key, options);
	};
}
