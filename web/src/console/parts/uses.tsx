// Where something is used; and taking it away, which only works when it is used nowhere.
import { Dialog } from '../../parts/dialog';
import { Banner } from '../../parts/error';
import { navigate } from '../route';
import { counted, t } from '../text';
import type { Use } from '../uses';
import { Ask } from './ask';

export function Uses({ of }: { of: Use[] })
{
	return of.length === 0
		? <p class="muted">{t('use.nowhere')}</p>
		: <ul class="places">{of.map((u) => <li key={u.href + u.as}><a href={u.href}>{u.name}</a> <span class="muted">{u.as}</span></li>)}</ul>;
}

// `gone`: what it means that it is away.
export function RemoveObject({ kind, name, uses, gone, remove, to, done, onClose }: {
	kind: string;
	name: string;
	uses: Use[];
	gone: string;
	remove: () => Promise<unknown>;
	to: string;
	done: string;
	onClose: () => void;
})
{
	const title = t('remove.title', { kind, name });
	if (uses.length > 0)
		return <InUse title={title} uses={uses} onClose={onClose} />;
	return (
		<Ask title={title} verb={t('remove.go', { kind })} keep={t('keep')} onClose={onClose} act={async () => {
			await remove();
			navigate(to, done);
		}}>
			<p>{gone}</p>
		</Ask>
	);
}

function InUse({ title, uses, onClose }: { title: string; uses: Use[]; onClose: () => void })
{
	return (
		<Dialog title={title} onClose={onClose}>
			<Banner kind="warn" title={counted('remove.in_use', uses.length)}>{t('remove.in_use_why')}</Banner>
			<Uses of={uses} />
			<div class="row acts"><button type="button" class="btn" data-safe onClick={onClose}>{t('close')}</button></div>
		</Dialog>
	);
}
