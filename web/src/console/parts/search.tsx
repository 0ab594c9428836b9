// A search that stands in the address as q; what is typed is looked for by itself.
import { useEffect, useState } from 'preact/hooks';
import { requery } from '../route';
import { t } from '../text';

export function SearchBox({ label, q, name = 'q' }: { label: string; q: string; name?: string })
{
	const [text, setText] = useState(q);
	useEffect(() => setText(q), [q]);
	useEffect(() => {
		if (text.trim() === q)
			return undefined;
		const timer = setTimeout(() => requery({ [name]: text.trim(), page: '' }, true), 300);
		return () => clearTimeout(timer);
	}, [text]);
	return (
		<form class="filters" role="search" aria-label={label} onSubmit={(e) => {
			e.preventDefault();
			requery({ [name]: text.trim(), page: '' });
		}}>
			<label class="vh" for={name}>{label}</label>
			<input id={name} class="input q" type="search" placeholder={label} value={text} onInput={(e) => setText(e.currentTarget.value)} />
			{q !== '' && <button type="button" class="btn quiet" onClick={() => requery({ [name]: '', page: '' })}>{t('filters.clear')}</button>}
		</form>
	);
}
