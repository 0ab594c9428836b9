// Users: the people who open applications. What is looked for stands in the address.
import { useState } from 'preact/hooks';
import { Banner } from '../../parts/error';
import { Dialog } from '../../parts/dialog';
import { Icon } from '../../parts/icon';
import { Menu } from '../../parts/menu';
import { useSlow } from '../../parts/button';
import { asRefusal, type Page, type Refusal } from '../api';
import { Badge, Head, Time } from '../parts/bits';
import { FailureBlock } from '../parts/failure';
import { Text } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { SearchBox } from '../parts/search';
import { Empty, NoMatch, Pager, Table } from '../parts/table';
import { toast } from '../parts/toast';
import { navigate, requery, type Route } from '../route';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { User } from '../types';
import { methodsWords } from '../words';

const PER = 25;

export function UserState({ user }: { user: User })
{
	const more = user.countersign;
	return (
		<>
			{more?.status === 'disabled' ? <Badge>{t('status.disabled')}</Badge> : <Badge kind="ok">{t('status.active')}</Badge>}
			{more?.frozen && <> <Badge kind="warn" icon="alert">{t('status.frozen')}</Badge></>}
		</>
	);
}

function Factors({ user }: { user: User })
{
	const methods = user.countersign?.methods;
	if (!methods)
		return <span class="muted">–</span>;
	return methods.length === 0 ? <Badge kind="warn" icon="alert">{t('users.no_factor')}</Badge> : <>{methodsWords(methods)}</>;
}

function AddUser({ onClose }: { onClose: () => void })
{
	const { api, lost } = useConsole();
	const [email, setEmail] = useState('');
	const [name, setName] = useState('');
	const [wrong, setWrong] = useState<string | null>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	const slow = useSlow(busy);
	const send = async (e: Event) => {
		e.preventDefault();
		const fault = /^\S+@\S+\.\S+$/.test(email.trim()) ? null : t('users.email_wrong');
		setWrong(fault);
		if (fault || busy) {
			document.getElementById('user-email')?.focus();
			return;
		}
		setBusy(true);
		try {
			const user = await api.post<User>('/access/users', { email: email.trim(), name: name.trim() });
			onClose();
			navigate(`/console/users/${user.id}`, t('users.added', { email: user.email }));
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (!lost(refusal))
				setFailure(refusal);
			setBusy(false);
		}
	};
	return (
		<Dialog title={t('users.add')} onClose={onClose}>
			<p>{t('users.add_why')}</p>
			{failure && <FailureBlock failure={failure} />}
			<form class="stack" noValidate onSubmit={send}>
				<Text id="user-email" label={t('users.email')} wrong={wrong} value={email} onChange={setEmail} />
				<Text id="user-name" label={t('users.name')} hint={t('optional')} value={name} onChange={setName} />
				<div class="row acts">
					<button type="submit" class="btn primary" aria-busy={busy}>{slow ? t('working') : t('users.add')}</button>
					<button type="button" class="btn" onClick={onClose}>{t('cancel')}</button>
				</div>
			</form>
		</Dialog>
	);
}

// Everything that the filters fit, as a file.
function save(name: string, type: string, text: string): void
{
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([text], { type }));
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// A cell that a spreadsheet would take for a formula is quoted as text.
const cell = (value: string): string => `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replace(/"/g, '""')}"`;

function csv(users: User[]): string
{
	const rows = users.map((u) => [u.id, u.email, u.name, u.countersign?.status ?? '', (u.countersign?.methods ?? []).join(' '), u.last_successful_login ?? '', u.created_at]);
	return [['id', 'email', 'name', 'status', 'methods', 'last_successful_login', 'created_at'], ...rows].map((r) => r.map(cell).join(',')).join('\r\n') + '\r\n';
}

function Reports({ total, q }: { total: number; q: string })
{
	const { api } = useConsole();
	const all = async () => {
		const users: User[] = [];
		for (let page = 1; ; page++) {
			const next = await api.page<User>('/access/users', { search: q, page, per_page: 1000 });
			users.push(...next.items);
			if (next.items.length < 1000)
				return users;
		}
	};
	const report = (go: (users: User[]) => void) => {
		toast(counted('report.preparing', total));
		all().then((users) => {
			go(users);
			toast(counted('report.ready', users.length));
		}, () => toast(t('report.failed')));
	};
	return (
		<Menu label={`${t('report.title')}: ${counted('report.menu', total)}`} words={t('report.title')} icon="download" actions={[
			{ label: t('report.csv'), icon: 'sheet', act: () => report((users) => save('users.csv', 'text/csv', csv(users))) },
			{ label: t('report.json'), icon: 'list', act: () => report((users) => save('users.json', 'application/json', JSON.stringify(users, null, '\t'))) },
			{ label: t('report.address'), icon: 'link', act: () => void navigator.clipboard.writeText(location.href).then(() => toast(t('copy.done')), () => toast(t('copy.failed'))) },
		]} />
	);
}

function Rows({ page, of, busy, q }: { page: number; of: Page<User>; busy: boolean; q: string })
{
	if (of.items.length === 0 && q === '' && page === 1)
		return <Empty icon="users" title={t('users.empty_title')} action={<a class="btn" href="/console/applications">{t('users.to_apps')}</a>}>{t('users.empty')}</Empty>;
	if (of.items.length === 0)
		return <NoMatch onClear={() => requery({ q: '', page: '' })} />;
	return (
		<>
			<p class="vh" role="status">{counted('users.found', of.total)}</p>
			<Table caption={t('users.title')} rows={of.items} id={(u) => u.id} busy={busy} columns={[
				{ key: 'user', label: t('users.user'), cell: (u) => <><a class="t" href={`/console/users/${u.id}`}>{u.name || u.email}</a><span class="d">{u.email}</span></> },
				{ key: 'status', label: t('users.status'), cell: (u) => <UserState user={u} /> },
				{ key: 'factor', label: t('users.factor'), cell: (u) => <Factors user={u} /> },
				{ key: 'last', label: t('users.last'), num: true, cell: (u) => <Time at={u.last_successful_login} never={t('never')} /> },
			]} />
			<Pager page={page} per={PER} total={of.total} />
		</>
	);
}

export function UsersPage({ route }: { route: Route })
{
	const { api, may } = useConsole();
	const [adding, setAdding] = useState(false);
	const q = route.query.get('q') ?? '';
	const page = Math.max(1, Number(route.query.get('page')) || 1);
	const loaded = useLoad(`users ${q} ${page}`, () => api.page<User>('/access/users', { search: q, page, per_page: PER }));
	return (
		<>
			<Head title={t('users.title')} sub={t('users.sub')}>
				{loaded.data && loaded.data.total > 0 && <Reports total={loaded.data.total} q={q} />}
				{may('users_write') && <button type="button" class="btn primary" onClick={() => setAdding(true)}><Icon name="plus" /> {t('users.add')}</button>}
			</Head>
			{route.notice && <Banner kind="ok">{route.notice}</Banner>}
			<SearchBox label={t('users.search')} q={q} />
			<Load of={loaded}>{(data) => <Rows page={page} of={data} busy={loaded.busy} q={q} />}</Load>
			{adding && <AddUser onClose={() => setAdding(false)} />}
		</>
	);
}
