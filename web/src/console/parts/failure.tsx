// Failures in the console's words: what happened, what to do.
import { useEffect } from 'preact/hooks';
import { say } from '../../page';
import { Banner } from '../../parts/error';
import { duration, useSecondsLeft } from '../../time';
import type { Refusal } from '../api';
import { useConsole } from '../session';
import { has, t } from '../text';

export function words(failure: Refusal, left = 0, role = ''): string
{
	// Not in our words, but in no others could it be said which field and which object is meant.
	if (failure.said)
		return failure.said;
	const key = `error.${failure.code}`;
	if (failure.code === 'too_many' && left === 0)
		return t('error.too_many.now');
	return t(has(key) ? key : 'error.unknown', { wait: duration(left), role });
}

// The server names objects by their place in the console: those become links.
function Linked({ text }: { text: string })
{
	return <>{text.split(/(\/console\/[\w/-]+)/).map((part, i) => (i % 2 === 1 ? <a href={part}>{part}</a> : part))}</>;
}

function FailureWords({ failure }: { failure: Refusal })
{
	const { roleName } = useConsole();
	const left = useSecondsLeft(failure.until);
	return (
		<>
			<Linked text={words(failure, left, roleName)} />
			{failure.objects.length > 0 && <ul class="places">{failure.objects.map((o) => <li key={o.href}><a href={o.href}>{o.name}</a></li>)}</ul>}
			<span class="d mono">{failure.code}{failure.requestId && ` · ${failure.requestId}`}</span>
		</>
	);
}

// `stale`: the data of before is still shown beneath.
export function FailureBlock({ failure, retry, stale = false }: { failure: Refusal; retry?: () => void; stale?: boolean })
{
	const { roleName } = useConsole();
	useEffect(() => say(words(failure, 0, roleName), true), [failure]);
	return (
		<div class="failed">
			<Banner kind="danger" title={t(stale ? 'failed.stale' : 'failed.title')}
				action={retry && <button type="button" class="btn" onClick={retry}>{t('try_again')}</button>}>
				<FailureWords failure={failure} />
			</Banner>
		</div>
	);
}
