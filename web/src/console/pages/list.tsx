// One list: its name, what it wants as evidence, its values.
import { useState } from 'preact/hooks';
import { changesOf, useForm } from '../form';
import { dashed, plain, valueFault } from '../items';
import { Head, Id, ReadOnly, Section } from '../parts/bits';
import { Choose, Radios, Text } from '../parts/fields';
import { Icon } from '../../parts/icon';
import { Load, useLoad } from '../parts/load';
import { Known, PasteMany } from '../parts/list_add';
import { SaveBar } from '../parts/save';
import { toast } from '../parts/toast';
import { RemoveObject, Uses } from '../parts/uses';
import { hold, navigate, type Route } from '../route';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { List, ListItem, ListType } from '../types';
import { type Use, usesOf, worldOf } from '../uses';
import { typeName, USEFUL } from './lists';

interface Values { name: string; description: string; type: ListType; evidence: 'verified' | 'claimed'; items: ListItem[] }

const SHOWN = 100;

function AddOne({ type, items, onAdd }: { type: ListType; items: ListItem[]; onAdd: (item: ListItem) => void })
{
	const [value, setValue] = useState('');
	const [description, setDescription] = useState('');
	const [wrong, setWrong] = useState<string | null>(null);
	const add = (e: Event) => {
		e.preventDefault();
		const item = { value: plain(type, value), description: description.trim() };
		const fault = valueFault(type, item.value) ?? (items.some((i) => i.value === item.value) ? t('item.twice') : null);
		setWrong(fault);
		document.getElementById('item-value')?.focus();
		if (fault)
			return;
		onAdd(item);
		setValue('');
		setDescription('');
	};
	return (
		<form class="row add-one" noValidate onSubmit={add}>
			<div class="grow"><Text id="item-value" label={typeName(type)} wrong={wrong} mono value={value} onChange={setValue}
				hint={t(type === 'AAGUID' ? 'item.aaguid_hint' : type === 'IP' ? 'item.ip_hint' : 'item.hint')} /></div>
			<div class="grow"><Text id="item-description" label={t('item.description')} hint={t('item.description_hint')} value={description} onChange={setDescription} /></div>
			<button type="submit" class="btn">{t('item.add')}</button>
		</form>
	);
}

function Items({ type, items, off, onChange }: { type: ListType; items: ListItem[]; off: boolean; onChange: (items: ListItem[]) => void })
{
	const [find, setFind] = useState('');
	const [dialog, setDialog] = useState<'paste' | 'known' | null>(null);
	const needle = find.trim().toLowerCase();
	const found = needle === '' ? items : items.filter((i) => i.value.includes(needle.replace(/-/g, '')) || i.description?.toLowerCase().includes(needle));
	const addAll = (more: ListItem[]) => {
		onChange([...more, ...items]);
		setDialog(null);
		toast(counted('item.added', more.length), () => onChange(items));
	};
	const remove = (item: ListItem) => {
		onChange(items.filter((i) => i !== item));
		toast(t('item.removed', { value: item.description || item.value }), () => onChange(items));
		document.getElementById('values')?.focus();
	};
	return (
		<Section title={counted('item.count', items.length)} actions={!off && (
			<>
				{type === 'AAGUID' && <button type="button" class="btn" onClick={() => setDialog('known')}><Icon name="plus" /> {t('known.open')}</button>}
				<button type="button" class="btn" onClick={() => setDialog('paste')}><Icon name="sheet" /> {t('paste.open')}</button>
			</>
		)}>
			{!off && <AddOne type={type} items={items} onAdd={(item) => onChange([item, ...items])} />}
			{items.length > 10 && (
				<div class="filters"><label class="vh" for="find-item">{t('item.find')}</label>
					<input id="find-item" class="input q" type="search" placeholder={t('item.find')} value={find} onInput={(e) => setFind(e.currentTarget.value)} /></div>
			)}
			<div id="values" tabIndex={-1} class="tablewrap">
				{found.length === 0 ? <p class="muted">{t(items.length === 0 ? 'item.none' : 'no_match')}</p> : (
					<table class="flow">
						<caption class="vh">{t('item.table')}</caption>
						<thead><tr><th scope="col">{t('item.value')}</th><th scope="col">{t('item.description')}</th><th scope="col" class="act"><span class="vh">{t('actions')}</span></th></tr></thead>
						<tbody>{found.slice(0, SHOWN).map((item) => (
							<tr key={item.value}>
								<td><span class="mono">{type === 'AAGUID' ? dashed(item.value) : item.value}</span></td>
								<td data-l={t('item.description')}>{off ? item.description : (
									<input class="input" aria-label={t('item.description_of', { value: item.value })} value={item.description ?? ''}
										onChange={(e) => onChange(items.map((i) => (i === item ? { ...i, description: e.currentTarget.value } : i)))} />
								)}</td>
								<td class="act">{!off && (
									<button type="button" class="btn icon" aria-label={t('item.remove', { value: item.description || item.value })} onClick={() => remove(item)}><Icon name="x" /></button>
								)}</td>
							</tr>
						))}</tbody>
					</table>
				)}
			</div>
			{found.length > SHOWN && <p class="muted">{t('item.more', { shown: SHOWN, all: found.length })}</p>}
			{dialog === 'paste' && <PasteMany type={type} have={items} onAdd={addAll} onClose={() => setDialog(null)} />}
			{dialog === 'known' && <Known have={items} onAdd={addAll} onClose={() => setDialog(null)} />}
		</Section>
	);
}

function Editor({ list, was, uses, again }: { list: List | null; was: Values; uses: Use[]; again: () => void })
{
	const { api, may } = useConsole();
	const off = !may('lists_write');
	const form = useForm(was);
	const { value } = form;
	const [wrong, setWrong] = useState<string | null>(null);
	const [removing, setRemoving] = useState(false);
	const body = {
		name: value.name.trim(), description: value.description.trim(),
		items: value.items.map(({ value: v, description }) => ({ value: v, description: description ?? '' })),
		...(value.type === 'AAGUID' ? { countersign: { evidence: value.evidence } } : {}),
	};
	const lines = changesOf(form, {
		name: [t('lists.name'), (v) => v || '–'],
		description: [t('lists.description'), (v) => v || '–'],
		type: [t('lists.type'), typeName],
		evidence: [t('evidence.title'), (v) => t(`evidence.${v}`)],
		items: [t('lists.entries'), (v) => counted('item.count', v.length)],
	});
	return (
		<>
			<Head title={list ? was.name : t('lists.new_title')} crumb={[t('lists.title'), '/console/lists']} sub={list && <><span>{typeName(list.type)} · </span><Id text={list.id} label={t('copy.id')} /></>}>
				{list && !off && <button type="button" class="btn danger" onClick={() => setRemoving(true)}>{t('lists.remove')}</button>}
			</Head>
			<ReadOnly off={off} />
			<div class="split">
				<div>
					<div class="stack form">
						<Text id="name" label={t('lists.name')} wrong={wrong} off={off} value={value.name} max={255} onChange={(name) => form.set({ name })} />
						<Text id="description" label={t('lists.description')} hint={t('optional')} off={off} value={value.description} onChange={(description) => form.set({ description })} />
						{!list && (
							<Choose id="list-type" label={t('lists.type')} hint={t('lists.type_hint')} value={value.type} onChange={(type) => form.set({ type: type as ListType, items: [] })}
								options={USEFUL.map((x) => [x, typeName(x)])} />
						)}
						{value.type === 'AAGUID' && (
							<fieldset class="group"><legend>{t('evidence.title')}</legend>
								<Radios legend={t('evidence.title')} name="evidence" off={off} value={value.evidence} onChange={(evidence) => form.set({ evidence })} options={[
									{ value: 'verified', label: t('evidence.verified'), hint: t('evidence.verified_why') },
									{ value: 'claimed', label: t('evidence.claimed'), hint: t('evidence.claimed_why') },
								]} />
							</fieldset>
						)}
					</div>
					<Items type={value.type} items={value.items} off={off} onChange={(items) => form.set({ items })} />
				</div>
				<aside class="stack">
					{list && <section class="panel"><h2>{t('use.title')}</h2><Uses of={uses} /></section>}
					<section class="panel sunk"><h2>{t('lists.about')}</h2><p>{t(value.type === 'AAGUID' ? 'list.AAGUID.about' : value.type === 'IP' ? 'list.IP.about' : 'list.EMAIL.about')}</p></section>
				</aside>
			</div>
			<SaveBar create={!list && t('lists.create')} changes={lines} discard={form.reset} done={t('lists.saved', { name: value.name })}
				check={() => {
					const fault = value.name.trim() === '' ? t('lists.name_empty') : null;
					setWrong(fault);
					if (fault)
						document.getElementById('name')?.focus();
					return fault;
				}}
				save={async () => {
					if (list) {
						await api.put(`/gateway/lists/${list.id}`, body);
						form.reset();
						again();
					} else {
						const made = await api.post<List>('/gateway/lists', { ...body, type: value.type });
						hold(null);
						navigate(`/console/lists/${made.id}`);
					}
				}}
				impact={uses.length > 0 && <div><p>{t('lists.reaches')}</p><Uses of={uses} /></div>} />
			{removing && list && (
				<RemoveObject kind={t('kind.list')} name={was.name} uses={uses} gone={t('lists.gone')} to="/console/lists" done={t('removed', { name: was.name })}
					remove={() => api.remove(`/gateway/lists/${list.id}`)} onClose={() => setRemoving(false)} />
			)}
		</>
	);
}

export function ListPage({ id }: { id: string })
{
	const { api } = useConsole();
	const loaded = useLoad(`list ${id}`, async () => {
		const [list, items, world] = await Promise.all([
			api.get<List>(`/gateway/lists/${id}`), api.all<ListItem>(`/gateway/lists/${id}/items`), worldOf(api),
		]);
		return { list, items, uses: usesOf(id, world) };
	});
	return (
		<Load of={loaded} title={t('lists.single')}>{({ list, items, uses }) => (
			<Editor key={list.id} list={list} uses={uses} again={loaded.again} was={{
				name: list.name, description: list.description ?? '', type: list.type, evidence: list.countersign?.evidence ?? 'verified', items,
			}} />
		)}</Load>
	);
}

export function NewListPage({ route }: { route: Route })
{
	const type = route.query.get('type') ?? 'AAGUID';
	return <Editor list={null} uses={[]} again={() => undefined} was={{ name: '', description: '', type: (USEFUL.includes(type) ? type : 'AAGUID') as ListType, evidence: 'verified', items: [] }} />;
}
