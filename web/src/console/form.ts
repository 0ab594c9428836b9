// One form model: what is typed, what was there, what differs.
import { useState } from 'preact/hooks';

export interface Form<T> {
	value: T;
	was: T;
	set: (patch: Partial<T>) => void;
	is: (key: keyof T) => boolean; // changed
	dirty: boolean;
	reset: () => void;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

// `was` may change when the page is read again: what nobody has touched follows it.
export function useForm<T extends object>(was: T): Form<T>
{
	const [touched, touch] = useState<Partial<T>>({});
	const value = { ...was, ...touched };
	const is = (key: keyof T) => !same(value[key], was[key]);
	return {
		value,
		was,
		set: (patch) => touch((now) => ({ ...now, ...patch })),
		is,
		dirty: (Object.keys(value) as (keyof T)[]).some(is),
		reset: () => touch({}),
	};
}

// One line of "old → new" in the review before saving.
export interface Change { label: string; from: string; to: string }

export function changesOf<T extends object>(form: Form<T>, lines: { [K in keyof T]: [label: string, words: (v: T[K]) => string] }): Change[]
{
	return (Object.keys(lines) as (keyof T)[]).filter(form.is).map((key) => {
		const [label, words] = lines[key];
		return { label, from: words(form.was[key]), to: words(form.value[key]) };
	});
}
