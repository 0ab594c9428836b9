// The console: one document for every path below /console, which decides what to show.
import { Component, type ComponentChildren, render } from 'preact';
import { Refusal } from './console/api';
import { ListPage, NewListPage } from './console/pages/list';
import { ListsPage } from './console/pages/lists';
import { MissingPage } from './console/pages/missing';
import { SettingsPage } from './console/pages/settings';
import { Trouble } from './console/pages/sign_in';
import { match, type Route, useRoute } from './console/route';
import { Session } from './console/session';
import { Shell } from './console/shell';
import './console/style/console.css';

// The first that fits; `:id` stands for one segment.
const PAGES: [pattern: string, page: (id: string, route: Route) => ComponentChildren][] = [
	['/|/console|/console/access-settings', () => <SettingsPage />],
	['/console/lists', (_, route) => <ListsPage route={route} />],
	['/console/lists/new', (_, route) => <NewListPage route={route} />],
	['/console/lists/:id', (id) => <ListPage key={id} id={id} />],
];

function Page({ route }: { route: Route })
{
	for (const [pattern, page] of PAGES) {
		const id = match(`(?:${pattern})`, route.path);
		if (id !== null)
			return <>{page(id, route)}</>;
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

function Console()
{
	const route = useRoute();
	return <Session><Shell at={route.path}><Page route={route} /></Shell></Session>;
}

const app = document.getElementById('app');
if (app)
	render(<Guard><Console /></Guard>, app);
