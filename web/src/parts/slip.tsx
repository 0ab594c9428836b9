// The slip: a stub that says what this is about and as whom, the tally edge, one question.
import type { ComponentChildren } from 'preact';
import type { Failure, SignInState } from '../api';
import { Icon, type IconName } from './icon';
import { t } from '../text';

// 64-bit FNV-1a in hex: an edge for what has no challenge yet.
function edgeOf(text: string): string
{
	let hash = 0xcbf29ce484222325n;
	for (const byte of new TextEncoder().encode(text))
		hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
	return hash.toString(16).padStart(16, '0');
}

// Twenty teeth of three depths, two bits each from the left of `edge` (16 hex digits). Browser and
// phone draw the same edge for the same challenge; it is recognition and never a check.
export function tallyPath(edge: string): string
{
	const bits = BigInt('0x' + edge);
	let path = 'M0 0V4';
	for (let k = 0; k < 20; k++) {
		const depth = [6, 9, 12, 9][Number((bits >> BigInt(62 - 2 * k)) & 3n)];
		path += `H${24 * k + 5}V${depth}H${24 * k + 19}V4`;
	}
	return path + 'H480V0Z';
}

export function Tally({ edge }: { edge: string })
{
	return (
		<svg class="tally" viewBox="0 0 480 12" preserveAspectRatio="none" aria-hidden="true">
			<path d={tallyPath(/^[0-9a-f]{16}$/i.test(edge) ? edge : edgeOf(edge))} />
		</svg>
	);
}

// "Berth planner" → "Bp", "Grafana" → "Gr"
export function monogram(name: string): string
{
	const [first = '', second = ''] = name.trim().split(/\s+/);
	const letters = [...first];
	return (letters[0] ?? '').toUpperCase() + ([...second][0] ?? letters[1] ?? '').toLowerCase();
}

interface SlipProps {
	label: string;
	what: string;
	big?: boolean; // `what` is the one number that matters
	host?: string;
	icon?: IconName;
	who?: ComponentChildren;
	edge?: string;
	wide?: boolean;
	foot?: ComponentChildren;
	below?: ComponentChildren;
	failure?: Failure | null;
	children: ComponentChildren;
}

export type Stub = Pick<SlipProps, 'label' | 'what' | 'host' | 'icon' | 'who'>;

export function Slip({ label, what, big, host, icon, who, edge, wide, foot, below, failure, children }: SlipProps)
{
	return (
		<>
			<div class={wide ? 'slip wide' : 'slip'}>
				<div class="stub">
					<div class="what">
						{!big && <span class="tile-mark" aria-hidden="true">{icon ? <Icon name={icon} /> : monogram(what)}</span>}
						<div class="grow">
							<span class="lbl">{label}</span>
							<strong class={big ? 'left num' : ''}>{what}</strong>
							{host && <span class="host mono">{host}</span>}
						</div>
					</div>
					{who && <p class="who">{who}</p>}
				</div>
				<Tally edge={edge ?? what + (host ?? '')} />
				<div class="body stack">{children}</div>
				{foot && <div class="foot">{foot}</div>}
			</div>
			<div class="below">
				{below && <p>{below}</p>}
				{failure && <HelpDesk failure={failure} />}
			</div>
		</>
	);
}

// What a person can read to the help desk over the phone.
export function HelpDesk({ failure }: { failure: Failure })
{
	return (
		<p>{t('help_desk')} <span class="mono">{failure.code}{failure.requestId && ` · ${failure.requestId}`}</span></p>
	);
}

export function Who({ email, onSwitch }: { email: string; onSwitch?: () => void })
{
	return (
		<>
			<span class="lbl">{t('stub.who')}</span> {email}
			{onSwitch && <> <button type="button" class="link" onClick={onSwitch}>{t('stub.switch')}</button></>}
		</>
	);
}

// The stub of a sign-in: the application, and who is signed in.
export function stubOf(state: SignInState, onSwitch?: () => void): Stub
{
	const who = state.user && <Who email={state.user.email} {...(onSwitch ? { onSwitch } : {})} />;
	return state.application
		? { label: t('stub.open'), what: state.application.name, host: state.application.host, who }
		: { label: t('stub.open'), what: t('stub.portal'), icon: 'grid', who };
}
