// What the steps of the door share.
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Failure } from '../../api';
import { say } from '../../page';
import { Banner } from '../../parts/error';
import { type Stub, Who } from '../../parts/slip';
import { useSecondsLeft } from '../../time';
import { rich, t } from '../text';
import { doorWords, type DoorFlow, type Standing } from './standing';

// The stub of a sign-in: the console, and who is at it.
export function doorStub({ standing: { member }, restart }: Pick<DoorFlow, 'standing' | 'restart'>): Stub
{
	return { label: t('sign_in.label'), what: t('brand'), icon: 'shield', ...(member ? { who: <Who email={member.email} onSwitch={restart} /> } : {}) };
}

// The seconds tick on the page; they are spoken once.
export function DoorWords({ failure }: { failure: Failure })
{
	return <>{doorWords(failure, useSecondsLeft(failure.until))}</>;
}

export function useDoorSpoken(failure: Failure | null): void
{
	useEffect(() => {
		if (failure)
			say(doorWords(failure), true);
	}, [failure]);
}

export function DoorFailure({ failure }: { failure: Failure })
{
	return <Banner kind="danger"><DoorWords failure={failure} /></Banner>;
}

// At every stage of a recovery, and wherever else somebody may be at the end of their wits.
export function StillStuck({ support }: { support: Standing['support'] })
{
	return (
		<p><strong>{t('stuck.title')}</strong> {support
			? rich('stuck.write', { address: <a href={`mailto:${support.email}`}>{support.email}</a> })
			: t('stuck.operator')}</p>
	);
}

export function Quiet({ onClick, children }: { onClick: () => void; children: ComponentChildren })
{
	return <button type="button" class="btn quiet wide" onClick={onClick}>{children}</button>;
}
