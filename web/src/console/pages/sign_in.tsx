// Signing in to the console: as a page, and in front of one when a session ends in between.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useTitle } from '../../page';
import { Heading } from '../../parts/error';
import { Frame } from '../../parts/frame';
import { Slip } from '../../parts/slip';
import type { Refusal } from '../api';
import { DoorWords } from '../door/bits';
import { Door } from '../door/door';
import type { After } from '../door/standing';
import { t } from '../text';

export function SignInPage({ onDone }: { onDone: (after: After) => void | Promise<void> })
{
	return <Frame organization={null}><Door onDone={onDone} /></Frame>;
}

// In front of the page, so that what was typed there stays.
export function SignInAgain({ email, onDone }: { email: string; onDone: () => Promise<void> })
{
	const ref = useRef<HTMLDialogElement>(null);
	useLayoutEffect(() => {
		const opener = document.activeElement;
		const { title } = document;
		ref.current?.showModal();
		ref.current?.querySelector<HTMLElement>('#password')?.focus();
		return () => {
			document.title = title;
			(opener as HTMLElement | null)?.focus?.();
		};
	}, []);
	return (
		<dialog ref={ref} class="dlg door" aria-label={t('sign_in.again')} onCancel={(e) => e.preventDefault()}>
			<Door email={email} onDone={onDone} />
		</dialog>
	);
}

// Before there is a console to show anything in. No failure: signed in, and no account.
export function Trouble({ failure, retry }: { failure: Refusal | null; retry: () => void })
{
	const title = t(failure ? 'failed.title' : 'no_account.title');
	useTitle(title, t('brand'), true);
	return (
		<Frame organization={null}>
			<Slip label={t('sign_in.label')} what={t('brand')} icon="shield" failure={failure}>
				<Heading>{title}</Heading>
				<p class="muted">{failure ? <DoorWords failure={failure} /> : t('no_account')}</p>
				<button type="button" class="btn primary wide" onClick={retry}>{t('try_again')}</button>
			</Slip>
		</Frame>
	);
}
