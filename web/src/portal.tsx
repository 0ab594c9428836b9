// The portal: one document for every path, which decides what to show.
import { Component, type ComponentChildren, render } from 'preact';
import { Failure } from './api';
import { AddDevicePage, BackupCodesPage, DevicesPage, LauncherPage } from './pages/account';
import { InvitationPage } from './pages/invitation';
import { NotMePage } from './pages/not_me';
import { failureInAddress, MissingPage, RefusedPage, SignedOutPage, TroublePage } from './pages/plain';
import { SignIn } from './pages/sign_in';
import { useRoute } from './route';
import './style/portal.css';

function Page()
{
	const { path, notice } = useRoute();
	if (/^\/(cdn-cgi\/access\/login|challenge)(\/|$)/.test(path))
		return <SignIn meta={new URLSearchParams(location.search).get('meta')} failed={failureInAddress()} />;
	switch (path) {
	case '/': return <LauncherPage />;
	case '/account/devices': return <DevicesPage notice={notice} />;
	case '/account/backup-codes': return <BackupCodesPage />;
	case '/AddMfaDevice': return <AddDevicePage />;
	case '/not-me': return <NotMePage />;
	case '/invitation': return <InvitationPage />;
	case '/signed-out': return <SignedOutPage />;
	case '/refused': return <RefusedPage />;
	default: return <MissingPage />;
	}
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
		return this.state.failed
			? <TroublePage failure={new Failure('unknown')} state={null} retry={() => location.reload()} />
			: this.props.children;
	}
}

const app = document.getElementById('app');
if (app)
	render(<Guard><Page /></Guard>, app);
