// Pictures of every view of the console for a person to look at: node console_shots.mjs FOLDER [part of a name]
import fs from 'node:fs';
import { launch, open } from './browser.mjs';
import { start } from './console_mock.mjs';
import { show, VIEWS } from './console_views.mjs';

const [folder, part = '', only = ''] = process.argv.slice(2);
fs.mkdirSync(folder, { recursive: true });
const mock = await start();
const browser = await launch();
for (const [colorScheme, width] of [['light', 1280], ['dark', 360], ['dark', 1280], ['light', 360]].filter((v) => v.join('-').includes(only))) {
	const page = await open(browser, { colorScheme, viewport: { width, height: 800 } });
	for (const view of VIEWS.filter((v) => new RegExp(part).test(v.name))) {
		await show(page, mock, view).catch((e) => console.error(view.name, e.message.split('\n')[0]));
		await page.screenshot({ path: `${folder}/${view.name}-${colorScheme}-${width}.png`, fullPage: true });
	}
	if (page.wrong.length > 0)
		console.error(page.wrong);
	await page.context().close();
}
await browser.close();
await mock.stop();
