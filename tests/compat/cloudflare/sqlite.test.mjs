import { clientSuite } from "./client.mjs";

clientSuite("the official client, on SQLite");
