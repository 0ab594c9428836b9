// A member's second factor is asked for: their keys first, the rest one click away, and no dead end.
import { useState } from 'preact/hooks';
import { type Challenge, post } from '../../api';
import { kindIcon } from '../../kind';
import { Ask, type Asking, type LostProps } from '../../pages/challenge';
import { type Way, namesOf, wayName } from '../../pages/ways';
import { useTitle } from '../../page';
import { Banner, Heading } from '../../parts/error';
import { Icon, type IconName } from '../../parts/icon';
import { Slip } from '../../parts/slip';
import { counted, t } from '../text';
import { DoorFailure, doorStub, StillStuck } from './bits';
import type { DoorFlow, Standing } from './standing';

export function ChallengeStep({ flow, wantPhone, recover }: { flow: DoorFlow; wantPhone: (wanted: boolean) => void; recover: () => void })
{
	const { standing } = flow;
	const [remember, setRemember] = useState(false);
	const asking: Asking = {
		organization: t('brand'),
		entry: t('door.entry'),
		stub: doorStub(flow),
		above: flow.notice && <DoorFailure failure={flow.notice} />,
		notice: standing.recovery && <CaseNotice recover={recover} />,
		beside: standing.remember && (
			<label class="check tall">
				<input type="checkbox" checked={remember} onChange={(e) => setRemember(e.currentTarget.checked)} />
				<span>{counted('door.remember', standing.remember.days)}</span>
			</label>
		),
		below: () => '',
		begin: () => post<Challenge>('/challenges', { purpose: 'sign_in' }),
		answer: async (challenge, answer) =>
			flow.next(await post<Standing>(`/challenges/${challenge.id}/answer`, remember ? { ...answer, remember } : answer)),
		fail: flow.fail,
		keysFirst: true,
		othersTitle: t('door.others'),
		instead,
		foot: (lost) => (
			<>
				<button type="button" class="btn wide" onClick={lost}><Icon name="phone" /> {t('door.new_phone')}</button>
				<button type="button" class="link tall center" onClick={recover}>{t('door.cannot')}</button>
			</>
		),
		lost: (props) => <NewPhone {...props} wantPhone={wantPhone} recover={recover} standing={standing} />,
	};
	return <Ask asking={asking} />;
}

function instead({ kind }: Way, builtIn: boolean): string
{
	switch (kind) {
	case 'totp': return t('door.instead.totp');
	case 'backup_code': return t('door.instead.backup_code');
	case 'security_key': return t('door.instead.security_key');
	default: return builtIn ? t('door.instead.built_in', { name: wayName(kind, builtIn) }) : t('door.instead.elsewhere');
	}
}

// Somebody began a recovery: whoever signs in here learns of it, and signing in ends it.
function CaseNotice({ recover }: { recover: () => void })
{
	return (
		<Banner kind="warn" title={t('door.case_title')}>
			{t('door.case')} <button type="button" class="link" onClick={recover}>{t('door.case_see')}</button></Banner>
	);
}

// What a move begins with, most often.
const ORDER = ['totp', 'backup_code', 'security_key', 'biometrics'];
const placeOf = (way: Way): number => ORDER.indexOf(way.kind);

interface Have { icon: IconName; title: string; how: string; pick: () => void }

// With anything left that works it is a move to the new phone, not a recovery.
function NewPhone({ asking, challenge, ways, builtIn, go, back, wantPhone, recover, standing }: LostProps & {
	standing: Standing;
	wantPhone: (wanted: boolean) => void;
	recover: () => void;
})
{
	useTitle(t('new_phone.title'), asking.organization, false);
	const by = (way: Way) => () => {
		wantPhone(true);
		go(way);
	};
	const usable = ways.filter((way) => way.usable);
	const left = standing.backup_codes_left ?? 0;
	const have: Have[] = [...usable].sort((a, b) => placeOf(a) - placeOf(b)).map((way) => {
		switch (way.kind) {
		case 'totp': return { icon: 'phone', title: t('new_phone.old'), how: t('new_phone.old_how'), pick: by(way) };
		case 'backup_code': return { icon: 'sheet', title: t('new_phone.code'), how: counted('new_phone.code_how', way.methods[0]?.left ?? left), pick: by(way) };
		default: return {
			icon: kindIcon(way.kind), how: namesOf(way.methods), pick: by(way),
			title: way.kind === 'security_key' ? t('new_phone.key') : builtIn ? t('new_phone.built_in', { name: wayName(way.kind, builtIn) }) : t('new_phone.elsewhere'),
		};
		}
	});
	return (
		<Slip {...asking.stub} edge={challenge.edge} foot={<StillStuck support={standing.support} />}>
			<Heading>{t('new_phone.title')}</Heading>
			<p class="muted">{t('new_phone.lead')}</p>
			<h2>{t('new_phone.what')}</h2>
			<ul class="choices">
				{[...have, { icon: 'x' as const, title: t('new_phone.neither'), how: t('new_phone.neither_how'), pick: recover }].map(({ icon, title, how, pick }) => (
					<li key={title}>
						<button type="button" onClick={pick}><Icon name={icon} /><span class="grow"><span class="t">{title}</span><span class="d">{how}</span></span><Icon name="right" /></button>
					</li>
				))}
			</ul>
			<button type="button" class="btn wide" onClick={() => {
				wantPhone(false);
				back();
			}}>{t('door.back')}</button>
		</Slip>
	);
}
