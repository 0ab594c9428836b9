// A phone's camera in front of a terminal: the QR code that half blocks draw, read by zbarimg.
import { spawnSync } from "node:child_process";
import assert from "node:assert/strict";

const PIXELS = 4;
const HALVES = { " ": [0, 0], "▄": [0, 1], "▀": [1, 0], "█": [1, 1] };

// The modules of the last code in what the terminal was sent: rows of 0 (light) and 1 (dark).
export function modules(shown)
{
	const screen = shown.slice(shown.lastIndexOf("\x1b[?1049h"));
	const lines = [...screen.matchAll(/\x1b\[38;5;16m\x1b\[48;5;231m([ ▄▀█]+)\x1b\[0m/g)].map((m) => [...m[1]]);
	assert.ok(lines.length > 10, `no code on the screen: ${JSON.stringify(screen.slice(0, 300))}`);
	return lines.flatMap((line) => [0, 1].map((half) => line.map((c) => HALVES[c][half])));
}

export function photograph(shown)
{
	const rows = modules(shown);
	const width = rows[0].length * PIXELS, height = rows.length * PIXELS;
	const picture = Buffer.alloc(width * height);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			picture[y * width + x] = rows[Math.floor(y / PIXELS)][Math.floor(x / PIXELS)] ? 0 : 255;
	const read = spawnSync("zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "pgm:-"],
		{ input: Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), picture]) });
	return read.stdout.toString().replace(/\n$/, "");
}
