// The console: one document for every path below /console, which decides what to show.
import { Component, type ComponentChildren, render } from 'preact';
import { Refusal } from './console/api';
import { ForgottenPage } from './console/door/forgotten';
import { ConfirmAddressPage, ResetPage, StopPage } from './console/door/links';
import { ApplicationPage } from './console/pages/application';
import { ApplicationsPage } from './console/pages/applications';
import { AuditPage } from './console/pages/audit';
import { GroupPage, GroupsPage } from './console/pages/groups';
import { ListPage, NewListPage } from './console/pages/list';
import { ListsPage } from './console/pages/lists';
import { MemberPage } from './console/pages/member';
import { MembersPage } from './console/pages/members';
import { MissingPage } from './console/pages/missing';
import { OverviewPage } from './console/pages/overview';
import { PoliciesPage } from './console/pages/policies';
import { PolicyPage } from './console/pages/policy';
import { ProfilePage } from './console/pages/profile';
import { ProfileActivityPage } from './console/pages/profile_activity';
import { ProfileAuthenticationPage } from './console/pages/profile_authentication';
import { ProfileSessionsPage } from './console/pages/profile_sessions';
import { ProfileTokensPage } from './console/pages/profile_tokens';
import { ProviderPage } from './console/pages/provider';
import { ProvidersPage } from './console/pages/providers';
import { RecoveryCasePage } from './console/pages/recovery_case';
import { RecoveryCasesPage } from './console/pages/recovery_cases';
import { RolesPage } from './console/pages/roles';
import { SettingsPage } from './console/pages/settings';
import { Trouble } from './console/pages/sign_in';
import { SignInsPage } from './console/pages/sign_ins';
import { TokensPage } from './console/pages/tokens';
import { UserPage } from './console/pages/user';
import { UsersPage } from './console/pages/users';
import { match, type Route, useRoute } from './console/route';
import { Session } from './console/session';
import { Shell } from './console/shell';
import './console/style/console.css';

// The first that fits; `:id` stands for one segment.
const PAGES: [pattern: string, page: (route: Route, ids: string[]) => ComponentChildren][] = [
	['/|/console', () => <OverviewPage />],
	['/console/users', (route) => <UsersPage route={route} />],
	['/console/users/:id', (route, [id = '']) => <UserPage key={id} id={id} route={route} />],
	['/console/access-settings', () => <SettingsPage />],
	['/console/applications', (route) => <ApplicationsPage route={route} />],
	['/console/applications/:id', (route, [id = '']) => <ApplicationPage key={id} id={id} tab="general" route={route} />],
	['/console/applications/:id/policies', (route, [id = '']) => <ApplicationPage key={id} id={id} tab="policies" route={route} />],
	['/console/applications/:id/policies/:id', (route, [app = '', id = '']) => <PolicyPage key={id} id={id} app={app} route={route} />],
	['/console/policies', (route) => <PoliciesPage route={route} />],
	['/console/policies/new', (route) => <PolicyPage key="new" id={null} app={null} route={route} />],
	['/console/policies/:id', (route, [id = '']) => <PolicyPage key={id} id={id} app={null} route={route} />],
	['/console/groups', (route) => <GroupsPage route={route} />],
	['/console/groups/new', () => <GroupPage key="new" id={null} />],
	['/console/groups/:id', (_, [id = '']) => <GroupPage key={id} id={id} />],
	['/console/lists', (route) => <ListsPage route={route} />],
	['/console/lists/new', (route) => <NewListPage route={route} />],
	['/console/lists/:id', (_, [id = '']) => <ListPage key={id} id={id} />],
	['/console/service-tokens', (route) => <TokensPage route={route} />],
	['/console/identity-providers', (route) => <ProvidersPage route={route} />],
	['/console/identity-providers/new', () => <ProviderPage key="new" id={null} />],
	['/console/identity-providers/:id', (_, [id = '']) => <ProviderPage key={id} id={id} />],
	['/console/profile', (route) => <ProfilePage route={route} />],
	['/console/profile/authentication', (route) => <ProfileAuthenticationPage route={route} />],
	['/console/profile/sessions', () => <ProfileSessionsPage />],
	['/console/profile/tokens', () => <ProfileTokensPage />],
	['/console/profile/activity', () => <ProfileActivityPage />],
	['/console/sign-ins', (route) => <SignInsPage route={route} />],
	['/console/audit', (route) => <AuditPage route={route} />],
	['/console/recovery', (route) => <RecoveryCasesPage route={route} />],
	['/console/recovery/:id', (route, [id = '']) => <RecoveryCasePage key={id} id={id} route={route} />],
	['/console/members', (route) => <MembersPage route={route} />],
	['/console/members/:id', (route, [id = '']) => <MemberPage key={id} id={id} route={route} />],
	['/console/roles', () => <RolesPage />],
];

function Page({ route }: { route: Route })
{
	for (const [pattern, page] of PAGES) {
		const ids = match(pattern, route.path);
		if (ids)
			return <>{page(route, ids)}</>;
	}
	return <MissingPage />;
}

// A fault in these pages leaves a sentence and a way on, never a blank page.
class Guard extends Component<{ children: ComponentChildren }, { failed: boolean }> {
	override state = { failed: false };

	override componentDidCatch(error: unknown): void
	{
		console.error(error);
		this.setState({ failed: true });
	}

	override render()
	{
		return this.state.failed ? <Trouble failure={new Refusal('unknown')} retry={() => location.reload()} /> : this.props.children;
	}
}

// For whoever has the link, signed in or not.
const LINKS: Record<string, () => ComponentChildren> = {
	'/console/forgotten-password': () => <ForgottenPage />,
	'/console/reset-password': () => <ResetPage />,
	'/console/stop-recovery': () => <StopPage />,
	'/console/verify-email': () => <ConfirmAddressPage />,
};

function Console()
{
	const route = useRoute();
	const link = LINKS[route.path];
	if (link)
		return <>{link()}</>;
	return <Session><Shell at={route.path}><Page route={route} /></Shell></Session>;
}

const app = document.getElementById('app');
if (app)
	render(<Guard><Console /></Guard>, app);
