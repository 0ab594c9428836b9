// The console's sentences.
import { texts } from '../text';
import en from './text/en.json';

export type Key = keyof typeof en;
export const { t, has, counted, rich } = texts(en);
