// The values of a list: how each type is written, and reading many of them from text.
import { t } from './text';
import type { ListItem, ListType } from './types';

const EMAIL = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/;
const BYTE = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const IPV4 = new RegExp(`^${BYTE}(\\.${BYTE}){3}(/([12]?\\d|3[0-2]))?$`);
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]+(\/\d{1,3})?$/i;

// The value as the API keeps it.
export function plain(type: ListType, value: string): string
{
	const text = value.trim();
	if (type === 'AAGUID')
		return text.replace(/[-{}\s]/g, '').toLowerCase();
	return type === 'EMAIL' ? text.toLowerCase() : text;
}

export function valueFault(type: ListType, value: string): string | null
{
	if (value === '')
		return t('item.empty');
	if (type === 'AAGUID' && !/^[0-9a-f]{32}$/.test(value))
		return t('item.aaguid');
	if (type === 'AAGUID' && /^0+$/.test(value))
		return t('item.zero');
	if (type === 'EMAIL' && !EMAIL.test(value))
		return t('item.email');
	if (type === 'IP' && !IPV4.test(value) && !IPV6.test(value))
		return t('item.ip');
	return null;
}

// "8c39ee86-7f9a-…" is how makers and browsers write it.
export function dashed(aaguid: string): string
{
	return aaguid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export interface Line { line: number; text: string; item: ListItem; fault: string | null }

// One value a line; what stands behind a comma, semicolon or tab is its description. Lines that are
// empty or begin with # are passed over; what the list has already is named as such.
export function parse(type: ListType, text: string, have: ListItem[]): Line[]
{
	const seen = new Set(have.map((i) => i.value));
	const lines: Line[] = [];
	text.split(/\r?\n/).forEach((raw, i) => {
		if (raw.trim() === '' || raw.trim().startsWith('#'))
			return;
		const [, first = '', rest = ''] = /^\s*"?([^",;\t]*)"?\s*(?:[,;\t]\s*(.*))?$/.exec(raw) ?? [];
		const value = plain(type, first);
		const fault = valueFault(type, value) ?? (seen.has(value) ? t('item.twice') : null);
		seen.add(value);
		lines.push({ line: i + 1, text: raw.trim(), item: { value, description: rest.trim().replace(/^"(.*)"$/, '$1') }, fault });
	});
	return lines;
}
