// Times in words, in the reader's zone, and countdowns by the server's clock.
import { useEffect, useState } from 'preact/hooks';
import { locale } from './text';

// How far the server's clock is ahead of this machine's, in milliseconds. A reader whose clock is
// wrong still sees the right time left.
let ahead = 0;

export function learn(date: string | null): void
{
	const server = date === null ? NaN : Date.parse(date);
	// A Date header has whole seconds: a difference below that teaches nothing.
	if (Math.abs(server - Date.now()) > 1500)
		ahead = server - Date.now();
	else if (!Number.isNaN(server))
		ahead = 0;
}

// An RFC 3339 time of the server's → milliseconds by this machine's clock.
export function here(rfc3339: string): number
{
	return Date.parse(rfc3339) - ahead;
}

// Whole seconds until a time of this machine's clock, counting down to 0; 0 when there is none.
export function useSecondsLeft(until: number | null): number
{
	const left = () => (until === null ? 0 : Math.max(0, Math.ceil((until - Date.now()) / 1000)));
	const [, show] = useState(0);
	useEffect(() => {
		if (left() === 0)
			return undefined;
		const timer = setInterval(() => {
			show(left());
			if (left() === 0)
				clearInterval(timer);
		}, 250);
		return () => clearInterval(timer);
	}, [until]);
	return left();
}

export function clock(seconds: number): string
{
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function unit(value: number, name: 'second' | 'minute' | 'hour' | 'day'): string
{
	return new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);
}

// "12 seconds", "4 minutes", "2 hours": rounded up, so that nobody comes back too early.
export function duration(seconds: number): string
{
	if (seconds < 90)
		return unit(seconds, 'second');
	if (seconds < 90 * 60)
		return unit(Math.ceil(seconds / 60), 'minute');
	if (seconds < 48 * 3600)
		return unit(Math.ceil(seconds / 3600), 'hour');
	return unit(Math.ceil(seconds / 86400), 'day');
}

// A setting such as "24h", "43200m" or "1h30m" in seconds; null when it is not one.
export function settingSeconds(setting: string): number | null
{
	if (!/^(\d+(ms|us|µs|ns|[hms]))+$/.test(setting))
		return null;
	const size: Record<string, number> = { h: 3600, m: 60, s: 1 };
	let sum = 0;
	for (const [, n, name] of setting.matchAll(/(\d+)(ms|us|µs|ns|[hms])/g))
		sum += Number(n) * (size[name ?? ''] ?? 0);
	return sum;
}

function dayNumber(date: Date): number
{
	return Math.round(new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime() / 86400000);
}

// "today 09:41", "tomorrow 09:41", "19 November", "3 March 2025".
export function when(rfc3339: string, now = new Date()): string
{
	const date = new Date(rfc3339);
	const days = dayNumber(date) - dayNumber(now);
	if (Math.abs(days) <= 1) {
		const day = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day');
		return `${day} ${new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(date)}`;
	}
	return date.getFullYear() === now.getFullYear()
		? new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' }).format(date)
		: day(rfc3339);
}

// "3 March 2026"
export function day(rfc3339: string): string
{
	return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(rfc3339));
}
