import { membersSuite } from "./members.mjs";

membersSuite("members and tokens, on SQLite");
