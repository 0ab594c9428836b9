// A member's own API tokens: what a program may do in their name, until when and from where.
import { useState } from 'preact/hooks';
import { useSlow } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Banner } from '../../parts/error';
import { describedBy, Field } from '../../parts/field';
import { Icon } from '../../parts/icon';
import { Menu } from '../../parts/menu';
import { asRefusal, Refusal, user } from '../api';
import { valueFault } from '../items';
import { Ask } from '../parts/ask';
import { Badge, Copy, Time } from '../parts/bits';
import { FailureBlock } from '../parts/failure';
import { Choose, type Option, Text } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { ProfileFrame } from '../parts/profile_frame';
import { PasswordStep } from '../parts/proof';
import { Empty, Table } from '../parts/table';
import { toast } from '../parts/toast';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { Account } from '../types';

interface TokenPolicy { effect: 'allow'; permission_groups: { id: string; name?: string }[]; resources: Record<string, string> }
export interface ApiToken {
	id: string;
	name: string;
	status: 'active' | 'disabled' | 'expired';
	issued_on?: string;
	last_used_on?: string | null;
	expires_on?: string | null;
	not_before?: string | null;
	policies: TokenPolicy[];
	condition?: { request_ip?: { in?: string[]; not_in?: string[] } };
	value?: string;
}
interface PermissionGroup { id: string; name: string; category?: string; scopes?: string[] }
interface Data { tokens: ApiToken[]; groups: PermissionGroup[] }

const RESOURCE = 'com.cloudflare.api.account.';
const DAY = 86400000;
const LENGTHS: [days: string, key: 'profile.token.days_30' | 'profile.token.days_90' | 'profile.token.days_365' | 'profile.token.no_end'][] = [
	['30', 'profile.token.days_30'], ['90', 'profile.token.days_90'], ['365', 'profile.token.days_365'], ['', 'profile.token.no_end'],
];

const accountOf = (token: ApiToken, accounts: Account[]): Account | undefined =>
	accounts.find((a) => token.policies.some((p) => RESOURCE + a.id in p.resources));

const groupsOf = (token: ApiToken | null): string[] => token?.policies.flatMap((p) => p.permission_groups.map((g) => g.id)) ?? [];

const linesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

// RFC 3339 without fractions of a second, as the API takes it.
const after = (days: string): string => `${new Date(Date.now() + Number(days) * DAY).toISOString().slice(0, 19)}Z`;

function TokenForm({ token, groups, onMade, onSaved, onProve, onClose }: {
	token: ApiToken | null;
	groups: PermissionGroup[];
	onMade: (token: ApiToken) => void;
	onSaved: () => void;
	onProve: (refusal: Refusal) => Refusal | null;
	onClose: () => void;
})
{
	const { me, account, lost } = useConsole();
	const [name, setName] = useState(token?.name ?? '');
	const [where, setWhere] = useState((token && accountOf(token, me.accounts)?.id) ?? account.id);
	const [chosen, setChosen] = useState(groupsOf(token));
	const [days, setDays] = useState(token ? 'keep' : '90');
	const [from, setFrom] = useState((token?.condition?.request_ip?.in ?? []).join('\n'));
	const [wrong, setWrong] = useState<{ name: string | null; groups: string | null; from: string | null }>({ name: null, groups: null, from: null });
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	const slow = useSlow(busy);

	const send = async (e: Event) => {
		e.preventDefault();
		const addresses = linesOf(from);
		const bad = addresses.find((a) => valueFault('IP', a));
		const found = {
			name: name.trim() === '' ? t('profile.token.name_empty') : null,
			groups: chosen.length === 0 ? t('profile.token.groups_empty') : null,
			from: bad ? t('profile.token.from_wrong', { address: bad }) : null,
		};
		setWrong(found);
		const first = found.name ? 'api-name' : found.groups ? `group-${groups[0]?.id}` : found.from ? 'api-from' : null;
		if (first)
			document.getElementById(first)?.focus();
		if (first || busy)
			return;
		setBusy(true);
		setFailure(null);
		const except = token?.condition?.request_ip?.not_in ?? [];
		const expires = days === 'keep' ? token?.expires_on ?? null : days === '' ? null : after(days);
		const body = {
			name: name.trim(),
			policies: [{ effect: 'allow', permission_groups: chosen.map((id) => ({ id })), resources: { [RESOURCE + where]: '*' } }],
			...(expires ? { expires_on: expires } : {}),
			...(token?.not_before ? { not_before: token.not_before } : {}),
			...(addresses.length > 0 || except.length > 0 ? { condition: { request_ip: { ...(addresses.length > 0 ? { in: addresses } : {}), ...(except.length > 0 ? { not_in: except } : {}) } } } : {}),
			...(token && token.status !== 'expired' ? { status: token.status } : {}),
		};
		try {
			if (token) {
				await user.put(`/tokens/${token.id}`, body);
				onSaved();
			} else {
				onMade(await user.post<ApiToken>('/tokens', body));
			}
			return;
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (!lost(refusal))
				setFailure(onProve(refusal));
		}
		setBusy(false);
	};
	const lengths: Option[] = [...(token ? [['keep', token.expires_on ? t('profile.token.keep_end') : t('profile.token.no_end')] as Option] : []),
		...LENGTHS.filter(([d]) => !token || d !== '' || token.expires_on).map(([d, key]): Option => [d, t(key)])];
	return (
		<Dialog title={token ? t('profile.token.edit_title', { name: token.name }) : t('profile.token.new')} wide onClose={onClose}>
			{failure && <FailureBlock failure={failure} />}
			<form class="stack" noValidate onSubmit={send}>
				<Text id="api-name" label={t('profile.token.name')} hint={t('profile.token.name_hint')} wrong={wrong.name} value={name} max={120} onChange={setName} />
				{me.accounts.length > 1 && <Choose id="api-account" label={t('nav.account')} value={where} onChange={setWhere} options={me.accounts.map((a): Option => [a.id, a.name])} />}
				<fieldset class={wrong.groups ? 'group field bad' : 'group'} aria-describedby={describedBy('groups', wrong.groups, true)}>
					<legend>{t('profile.token.groups')}</legend>
					{wrong.groups && <p class="err" id="groups-err"><Icon name="alert" /> <span>{wrong.groups}</span></p>}
					<p class="muted" id="groups-hint">{t('profile.token.groups_hint')}</p>
					<ul class="pick tall">{groups.map((g) => (
						<li key={g.id}><label class="check"><input id={`group-${g.id}`} type="checkbox" checked={chosen.includes(g.id)}
							onChange={(e) => setChosen(e.currentTarget.checked ? [...chosen, g.id] : chosen.filter((id) => id !== g.id))} /><span>{g.name}</span></label></li>
					))}</ul>
				</fieldset>
				<Choose id="api-days" label={t('profile.token.length')} hint={days === '' ? t('profile.token.no_end_why') : undefined} value={days} onChange={setDays} options={lengths} />
				<Field id="api-from" label={t('profile.token.from')} hint={t('profile.token.from_hint')} wrong={wrong.from}>
					<textarea id="api-from" class="input mono" rows={3} spellcheck={false} value={from} aria-invalid={wrong.from !== null}
						aria-describedby={describedBy('api-from', wrong.from, true)} onInput={(e) => setFrom(e.currentTarget.value)} />
				</Field>
				<div class="row acts">
					<button type="submit" class="btn primary" aria-busy={busy}>{slow ? t('working') : t(token ? 'save.go' : 'profile.token.go')}</button>
					<button type="button" class="btn" onClick={onClose}>{t('cancel')}</button>
				</div>
			</form>
		</Dialog>
	);
}

// The gate: until somebody says that they have it, nothing closes this.
function Value({ name, value, rolled, onClose }: { name: string; value: string; rolled: boolean; onClose: () => void })
{
	const [kept, setKept] = useState(false);
	return (
		<Dialog title={t(rolled ? 'profile.token.rolled' : 'profile.token.made', { name })} wide onClose={() => kept && onClose()}>
			<Banner kind="warn" title={t('profile.token.once')}>{t('profile.token.once_why')}</Banner>
			<p class="secret"><span class="mono">{value}</span><Copy text={value} label={t('profile.token.copy')} /></p>
			<p class="muted">{t('profile.token.use')}</p>
			<p class="secret"><span class="mono">{`Authorization: Bearer ${value}`}</span><Copy text={`Authorization: Bearer ${value}`} label={t('profile.token.copy_header')} /></p>
			<label class="check"><input type="checkbox" checked={kept} onChange={(e) => setKept(e.currentTarget.checked)} /><span><strong>{t('profile.token.kept')}</strong></span></label>
			<div class="row acts"><button type="button" class="btn primary" aria-disabled={!kept} aria-describedby="gate" onClick={() => kept && onClose()}>{t('token.done')}</button>
				<span id="gate" class="muted">{!kept && t('profile.token.gate')}</span></div>
		</Dialog>
	);
}

function State({ token }: { token: ApiToken })
{
	if (token.status === 'disabled')
		return <Badge>{t('profile.token.disabled')}</Badge>;
	return token.status === 'expired' ? <Badge kind="danger">{t('profile.token.expired')}</Badge> : <Badge kind="ok">{t('profile.token.active')}</Badge>;
}

const SHOWN = 3;

// What a token may do, in the first of its permissions; all of them stand in its form.
function may(token: ApiToken, groups: PermissionGroup[]): string
{
	const own = token.policies.flatMap((p) => p.permission_groups);
	const names = own.map(({ id, name }) => groups.find((g) => g.id === id)?.name ?? name ?? id);
	return names.length > SHOWN + 1 ? t('profile.token.and_more', { names: names.slice(0, SHOWN).join(', '), n: names.length - SHOWN }) : names.join(', ');
}

type Doing = { what: 'new' } | { what: 'edit' | 'roll' | 'revoke'; token: ApiToken } | { what: 'value'; name: string; value: string; rolled: boolean } | null;

export function ProfileTokensPage()
{
	const { me } = useConsole();
	const [doing, setDoing] = useState<Doing>(null);
	// A token outlives the session: what makes or widens one wants the password of the last ten minutes.
	// Whoever comes by a provider has none; a fresh sign-in stands for it.
	const [proved, setProved] = useState(me.member.is_sso);
	const prove = (refusal: Refusal): Refusal | null => {
		if (refusal.code !== 'prove_first')
			return refusal;
		if (me.member.is_sso)
			return new Refusal('sso_again', refusal.requestId);
		setProved(false);
		return null;
	};
	const loaded = useLoad<Data>('profile tokens', async () => {
		const [tokens, groups] = await Promise.all([user.get<ApiToken[]>('/tokens?include_expired=true&per_page=50'), user.get<PermissionGroup[]>('/tokens/permission_groups')]);
		return { tokens, groups };
	});
	const close = () => setDoing(null);
	const actions = (x: ApiToken) => [
		{ label: t('profile.token.edit'), icon: 'gear' as const, act: () => setDoing({ what: 'edit', token: x }) },
		{ label: t('profile.token.roll'), icon: 'refresh' as const, act: () => setDoing({ what: 'roll', token: x }) },
		{ label: t('profile.token.revoke'), icon: 'x' as const, danger: true, act: () => setDoing({ what: 'revoke', token: x }) },
	];
	if (!proved && (doing?.what === 'new' || doing?.what === 'edit' || doing?.what === 'roll')) {
		const name = doing.what === 'new' ? '' : doing.token.name;
		return (
			<PasswordStep title={doing.what === 'new' ? t('profile.token.new') : t(doing.what === 'edit' ? 'profile.token.edit_title' : 'profile.token.roll_title', { name })}
				what={t('profile.tokens')} onCancel={close} onDone={() => setProved(true)} />
		);
	}
	const add = <button type="button" class="btn primary" onClick={() => setDoing({ what: 'new' })}><Icon name="plus" /> {t('profile.token.new')}</button>;
	return (
		<ProfileFrame tab="tokens" actions={loaded.data && loaded.data.tokens.length > 0 && add}>
			<p class="lead muted">{t('profile.token.why')}</p>
			<Load of={loaded}>{({ tokens, groups }) => (
				<>
					{tokens.length === 0
						? <Empty icon="lock" title={t('profile.token.empty_title')} action={add}>{t('profile.token.empty')}</Empty>
						: <Table caption={t('profile.tokens')} rows={tokens} id={(x) => x.id} busy={loaded.busy} columns={[
							{ key: 'name', label: t('profile.token.name'), by: (x) => x.name, cell: (x) => <><span class="t">{x.name}</span><span class="d">{may(x, groups)}</span></> },
							...(me.accounts.length > 1 ? [{ key: 'account', label: t('nav.account'), cell: (x: ApiToken) => accountOf(x, me.accounts)?.name ?? '–' }] : []),
							{ key: 'state', label: t('users.status'), cell: (x) => <State token={x} /> },
							{ key: 'from', label: t('profile.token.from_short'), cell: (x) => {
								const from = x.condition?.request_ip?.in ?? [];
								return from.length === 0 ? <span class="muted">{t('profile.token.anywhere')}</span> : from.length === 1 ? <span class="mono">{from[0]}</span> : counted('profile.token.places', from.length);
							} },
							{ key: 'until', label: t('token.until'), num: true, by: (x) => x.expires_on, cell: (x) => <Time at={x.expires_on} never={t('token.no_end')} /> },
							{ key: 'used', label: t('token.seen'), num: true, by: (x) => x.last_used_on, cell: (x) => <Time at={x.last_used_on} never={t('never')} /> },
							{ key: 'act', label: t('actions'), act: true, cell: (x) => <Menu label={t('actions_for', { name: x.name })} actions={actions(x)} /> },
						]} />}
					{(doing?.what === 'new' || doing?.what === 'edit') && (
						<TokenForm token={doing.what === 'edit' ? doing.token : null} groups={groups} onProve={prove} onClose={close}
							onMade={(x) => setDoing({ what: 'value', name: x.name, value: x.value ?? '', rolled: false })}
							onSaved={() => {
								close();
								toast(t('profile.token.saved'));
								loaded.again();
							}} />
					)}
				</>
			)}</Load>
			{doing?.what === 'roll' && (
				<Ask title={t('profile.token.roll_title', { name: doing.token.name })} verb={t('profile.token.roll')} keep={t('profile.token.roll_keep')} onClose={close} act={async () => {
					try {
						const value = await user.put<string>(`/tokens/${doing.token.id}/value`);
						setDoing({ what: 'value', name: doing.token.name, value, rolled: true });
					} catch (e) {
						const refusal = prove(asRefusal(e));
						if (refusal)
							throw refusal;
					}
				}}><p>{t('profile.token.roll_why')}</p></Ask>
			)}
			{doing?.what === 'revoke' && (
				<Ask title={t('profile.token.revoke_title', { name: doing.token.name })} verb={t('profile.token.revoke')} keep={t('keep')} onClose={close} act={async () => {
					await user.remove(`/tokens/${doing.token.id}`);
					close();
					toast(t('profile.token.revoked', { name: doing.token.name }));
					loaded.again();
				}}><p>{t('profile.token.revoke_why')}</p></Ask>
			)}
			{doing?.what === 'value' && (
				<Value name={doing.name} value={doing.value} rolled={doing.rolled} onClose={() => {
					close();
					loaded.again();
				}} />
			)}
		</ProfileFrame>
	);
}
