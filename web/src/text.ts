// Every sentence of these pages. One flat file per language in text/; en.json states the keys and
// the compiler holds every other language to them.
import type { ComponentChildren } from 'preact';
import en from './text/en.json';

type Values = Record<string, string | number>;
type Base<K> = K extends `${infer B}.other` ? B : never;

export const locale = 'en-GB';

// The sentences of one file, as functions.
export function texts<T extends Record<string, string>>(file: T)
{
	type Key = keyof T & string;
	const text: Record<string, string> = file;
	const t = (key: Key, values: Values = {}): string => text[key]!.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
	return {
		t,
		has: (key: string): key is Key => Object.hasOwn(text, key),
		counted: (base: Base<Key>, n: number, values: Values = {}): string => {
			const form = new Intl.PluralRules(locale).select(n) === 'one' ? 'one' : 'other';
			return t(`${base}.${form}` as Key, { n: new Intl.NumberFormat(locale).format(n), ...values });
		},
		// A sentence with elements in it: {name} is replaced by nodes.name.
		rich: (key: Key, nodes: Record<string, ComponentChildren>): ComponentChildren[] =>
			text[key]!.split(/\{(\w+)\}/).map((part, i) => (i % 2 === 0 ? part : nodes[part])),
	};
}

export type Key = keyof typeof en;
export type Counted = Base<Key>;

export const { t, has, counted, rich } = texts(en);
