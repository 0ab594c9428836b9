import { Head } from '../parts/bits';
import { Empty } from '../parts/table';
import { t } from '../text';

export function MissingPage()
{
	return (
		<>
			<Head title={t('missing.title')} failed />
			<Empty icon="search" title={t('missing.what')} action={<a class="btn" href="/console/users">{t('users.title')}</a>}>{t('missing')}</Empty>
		</>
	);
}
