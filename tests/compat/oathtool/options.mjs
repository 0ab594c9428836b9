// Command lines as people, scripts and nobody in their right mind write them, from a seed.

export function generator(seed)
{
	let a = seed >>> 0;
	const unit = () => { // mulberry32
		a = (a + 0x6d2b79f5) >>> 0;
		let t = Math.imul(a ^ (a >>> 15), a | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
	const below = (n) => Math.floor(unit() * n);
	const pick = (list) => list[below(list.length)];
	const chance = (percent) => below(100) < percent;
	return { below, pick, chance };
}

const pad = (n, width) => String(n).padStart(width, "0");
const MONTHS = ["January", "feb", "Mar.", "APRIL", "may", "June", "jul", "August", "Sept", "sep", "oct.",
	"november", "Dec", "sept."];
const DAYS = ["Monday", "tue", "Wednes", "thurs", "Fri.", "SAT", "sunday", "tues", "Thur", "mon,"];
const UNITS = ["year", "years", "month", "months", "fortnight", "week", "weeks", "day", "days", "hour",
	"hours", "min", "mins", "minute", "minutes", "sec", "secs", "second", "seconds"];
const ORDINALS = ["last", "this", "next", "first", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
	"ninth", "tenth", "eleventh", "twelfth"];
const ZONES = ["UTC", "gmt", "Z", "UT", "WET", "WEST", "BST", "ART", "BRT", "BRST", "NST", "NDT", "AST",
	"ADT", "CLT", "CLST", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "AKST", "AKDT", "HST",
	"HAST", "HADT", "SST", "WAT", "CET", "CEST", "MET", "MEZ", "MEST", "MESZ", "EET", "EEST", "CAT",
	"SAST", "EAT", "MSK", "MSD", "IST", "SGT", "KST", "JST", "GST", "NZST", "NZDT", "u.t.c.", ..."abcdefghijklmnopqrstuvwxyz"];
const OFFSETS = ["+0530", "-08", "+5", "-3:30", "+01:00", "+24", "+2401", "-1260", "+1 day", "-00:00", "+12:99"];
const ODD = ["", " ", "garbage", "-", "+", ",", ".", "()", "(comment) ", "T", "t", "dst", "DST", "ago", "hence", "am",
	"12 p.m.", "@", "@5", "/", ":", "noon", "1.5", "-2.5 sec", "3,25 seconds", "99999999999999999999",
	"9223372036854775807", "é", "next", "J", "yearss", "tomorrow ago", "\n"];

function clock(r)
{
	const h = r.chance(90) ? r.below(24) : r.below(30), m = r.below(62), s = r.below(61);
	const time = r.pick([`${h}:${pad(m, 2)}`, `${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}`, `${h}`,
		`${pad(h, 2)}${pad(m, 2)}`, `${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}.${r.below(1000)}`,
		`${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)},${r.below(10)}`]);
	return r.chance(25) ? `${time}${r.pick(["", " "])}${r.pick(["am", "PM", "a.m.", "p.m."])}` : time;
}

function calendar(r)
{
	const y = r.pick([r.below(3000), 1970 + r.below(130), r.below(100), 2023, 2024, 2147485547, 1969]);
	const m = r.chance(92) ? 1 + r.below(12) : r.below(15), d = r.chance(92) ? 1 + r.below(28) : r.below(33);
	const name = r.pick(MONTHS);
	return r.pick([`${pad(y, 4)}-${pad(m, 2)}-${pad(d, 2)}`, `${y}-${m}-${d}`, `${m}/${d}`, `${m}/${d}/${y}`,
		`${pad(y, 4)}/${m}/${d}`, `${pad(y, 4)}${pad(m, 2)}${pad(d, 2)}`, `${d} ${name}`, `${d} ${name} ${y}`,
		`${name} ${d}`, `${name} ${d}, ${y}`, `${name} ${d} ${y}`, `${d}-${name}-${y}`, `${name}-${d}-${y}`,
		`${d}${name}${y}`]);
}

function iso(r)
{
	return `20${pad(r.below(100), 2)}-${pad(1 + r.below(12), 2)}-${pad(1 + r.below(28), 2)}${r.pick(["T", "t", " ", " T"])}${clock(r)}${r.pick(["", "Z", "+02:00", "-0330", " UTC", "+5"])}`;
}

const relative = (r) => r.pick([`${r.below(400)} ${r.pick(UNITS)}`, `${r.pick(["-", "+", "- ", "--"])}${r.below(90)} ${r.pick(UNITS)}`,
	`${r.pick(ORDINALS)} ${r.pick(UNITS)}`, r.pick(UNITS), `${r.below(9)}${r.pick(UNITS)}`,
	`${r.below(1000)}.${r.below(100)} ${r.pick(["sec", "seconds", "hours"])}`]) + r.pick(["", "", " ago", " hence"]);

const zone = (r) => r.pick([r.pick(ZONES), r.pick(ZONES), `${r.pick(ZONES)}${r.pick(OFFSETS)}`,
	`${r.pick(ZONES)} DST`, r.pick(OFFSETS)]);

function item(r)
{
	return r.pick([clock, clock, calendar, calendar, iso, relative, relative, zone,
		() => r.pick(["now", "today", "yesterday", "tomorrow"]),
		() => r.pick([r.pick(DAYS), `${r.pick(ORDINALS)} ${r.pick(DAYS)}`, `${r.below(9)} ${r.pick(DAYS)}`]),
		() => r.pick(ODD), () => String(r.below(10 ** (1 + r.below(9))))])(r);
}

const rule = (r) => r.pick([`TZ="UTC" `, `TZ="America/New_York" `, `TZ="Europe/Berlin"`, `TZ="XXX-3:30" `, `TZ="" `,
	`TZ="a\\"b" `, `TZ="nowhere" `, `TZ="`]);

export function date(r)
{
	if (r.chance(25))
		return `${r.pick(["@", "@ ", " @"])}${r.pick(["", "-", "+"])}${r.pick([r.below(100), r.below(2 ** 31),
			20000000000, `${r.below(999)}.${r.below(99)}`, "9223372036854775807", "9223372036854775808",
			"67768036191676800", ""])}`;
	const items = Array.from({ length: 1 + r.below(4) }, () => item(r));
	return `${r.chance(8) ? rule(r) : ""}${items.join(r.pick([" ", " ", "  ", "", " (x) ", "-"]))}`;
}

export function duration(r)
{
	const n = () => r.pick(["", String(r.below(10)), String(r.below(100)), pad(r.below(100), 2), ` ${r.below(5)}`,
		`+${r.below(5)}`, "99999999999"]);
	return r.pick([() => `${r.below(200)}`, () => `${r.below(200)}${r.pick(["s", "m", "h", "d", "M", "y", "w", "W"])}`,
		() => `${n()}:${n()}${r.pick(["", `:${n()}`])}`, () => `${n()}h${n()}${r.pick(["", "m", ":5"])}${r.pick(["", "7s"])}`,
		() => `P${n()}${r.pick(["Y", "M", "W", "D", "-1-1"])}${r.pick(["", `T${n()}${r.pick(["H", "M", "S", ":2:3"])}`])}`,
		() => `T${n()}${r.pick(["H", "M", "S"])}${r.pick(["", `${n()}S`])}`, () => `P${pad(r.below(9), 4)}0102${r.pick(["", "T010203"])}`,
		() => `${n()}${r.pick([" ", ""])}${r.pick(["y", "Y", "M", "W", "d", "D", "h", "m", "s"])}${r.pick([" ", ""])}${n()}${r.pick(["d", "h", "m", "s", "", ":1"])}`,
		() => r.pick(["", "0", "-30", "1.5", "30 seconds", "1min", "PT30S", "x", "P", "T", " 30 ", "4294967297", "4294967326",
			"9223372036854775807", "1s1m", "PT1M"])])();
}

function key(r, isBase32)
{
	const letters = isBase32 ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" : "0123456789abcdef";
	let text = Array.from({ length: r.pick([0, 1, 2, 4, 5, 7, 8, 16, 26, 32, 40, 64, 103, 128, 260]) },
		() => letters[r.below(letters.length)]).join("");
	if (!isBase32 && r.chance(85))
		text = text.slice(text.length % 2);
	if (r.chance(10))
		text += r.pick(["=", "==", "===", "====", "=====", "======", "========", " ", "\r", "1", "g", "é", "\t", "-"]);
	if (r.chance(10))
		text = text.replace(/(....)/g, "$1 ");
	return r.chance(15) ? text.toLowerCase() : text;
}

const number = (r) => r.pick([r.below(10), r.below(1000), `0x${r.below(99).toString(16)}`, `0${r.below(8)}`, `+${r.below(9)}`,
	` ${r.below(9)}`, "", "x", "1x", "18446744073709551615", "9223372036854775807", "99999999999999999999999", "2147483648", "-0"]);

// -w so wide that either program would print or search for minutes is left out.
const width = (r) => r.pick([r.below(4), r.below(30), r.below(30), `0x${r.below(9)}`, "007", "", "x", "3 ", " 3"]);

function option(r)
{
	return r.pick([() => [r.pick(["--totp", "--totp", "--totp=sha1", "--totp=SHA256", "--totp=sha512", "--totp=md5", "--totp=",
		"--to", "--t", "--totp=Sha256"])],
	() => [r.pick(["--hotp", "--hot", "--h"])], () => [r.pick(["-v", "--verbose", "--verb", "--ver", "--verbose=1"])],
	() => r.pick([["-c", `${number(r)}`], [`-c${number(r)}`], [`--counter=${number(r)}`], ["--co", `${number(r)}`],
		["-c", `-${r.below(5)}`]]),
	() => r.pick([["-d", `${r.pick([6, 7, 8, 8, 7, 5, 9, "06", "0x7", "", "8x", -6, 4294967303])}`], [`-d${r.pick([6, 7, 8])}`],
		[`--digits=${r.pick([6, 7, 8, 10])}`], ["--d", "8"]]),
	() => r.pick([["-w", `${width(r)}`], [`--window=${width(r)}`], ["--wind", `${width(r)}`]]),
	() => r.pick([["-s", duration(r)], [`--time-step-size=${duration(r)}`], ["--ti", duration(r)]]),
	() => r.pick([["-S", date(r)], [`--start-time=${date(r)}`], ["--sta", date(r)]]),
	() => r.pick([["-N", date(r)], [`--now=${date(r)}`], ["--n", date(r)]]),
	() => [r.pick(["-Z", "--foo", "--", "-vb", "-bv", "-V", "-h", "--help", "--vers", "--base32=x", "-N", "--counter", "-hV"])],
	])();
}

// { args, files: { name: text }, input, env }; likely tells of some commands what their OTP may be.
export function command(r, likelyCode)
{
	const isBase32 = r.chance(50), isTotp = r.chance(60), isPlain = r.chance(75);
	const args = [], files = {};
	let input = "";
	const given = (text, name) => {
		if (r.chance(80))
			return text;
		const line = text + r.pick(["\n", "\n", "", "\r\n", "\nmore\n", "\0x\n"]);
		if (r.chance(50)) {
			input += line;
			return "-";
		}
		files[name] = line;
		return r.pick([`@${name}`, `@${name}`, `@./${name}`, "@nofile", "@.", "@"]);
	};
	if (isTotp)
		args.push(r.pick(["--totp", "--totp", "--totp=sha256", "--totp=SHA512"]), ...r.pick([["-N", date(r)], ["-N", `@${r.below(2 ** 31)}`]]));
	if (isBase32)
		args.push(r.pick(["-b", "--base32", "--base"]));
	if (r.chance(35))
		args.push("-w", `${r.below(12)}`);
	if (r.chance(25))
		args.push(`-d${r.pick([6, 7, 8])}`);
	for (let n = isPlain ? r.below(2) : r.below(4); n > 0; n--)
		args.push(...option(r));
	const operands = [];
	if (r.chance(97))
		operands.push(given(key(r, isBase32), "key"));
	if (r.chance(35))
		operands.push(given(r.pick([pad(r.below(10 ** 6), 6), pad(r.below(10 ** 7), 7), likelyCode(args, operands), likelyCode(args, operands),
			"", "12345", "abcdef", "123456789", "000000"]), "otp"));
	if (r.chance(3))
		operands.push("extra");
	for (const operand of operands) {
		if (r.chance(25))
			args.splice(r.below(args.length + 1), 0, operand);
		else
			args.push(operand);
	}
	const env = { PATH: process.env.PATH, LC_ALL: "C",
		TZ: r.pick(["UTC0", "UTC0", "Europe/Berlin", "America/New_York", "America/St_Johns", "Europe/Dublin", "Asia/Kolkata", "XXX-3YYY"]) };
	if (r.chance(5))
		env.POSIXLY_CORRECT = "1";
	return { args, files, input, env };
}
