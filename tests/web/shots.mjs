// Pictures of every view for a person to look at: node shots.mjs FOLDER [part of a name]
import fs from 'node:fs';
import { launch, open } from './browser.mjs';
import { start } from './mock.mjs';
import { show, VIEWS } from './views.mjs';

const [folder, part = ''] = process.argv.slice(2);
fs.mkdirSync(folder, { recursive: true });
const mock = await start();
const browser = await launch();
for (const colorScheme of ['light', 'dark']) {
	for (const width of [1280, 360]) {
		const page = await open(browser, { colorScheme, viewport: { width, height: 800 } });
		for (const view of VIEWS.filter((v) => v.name.includes(part))) {
			await show(page, mock, view);
			await page.screenshot({ path: `${folder}/${view.name}-${colorScheme}-${width}.png`, fullPage: true });
		}
		if (page.wrong.length > 0)
			console.error(page.wrong);
		await page.context().close();
	}
}
await browser.close();
await mock.stop();
