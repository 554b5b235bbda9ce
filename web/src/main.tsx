// Not in `mantine.css`, because the build leaves some of its variables out.
import '@mantine/core/styles/default-css-variables.css';
import './app/mantine.css';
import './app/page.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { entryDrafts } from '#features/enter/drafts';
import { correctionDrafts } from '#features/kpi/correction-drafts';
import { preferredLanguage, showLanguage } from '#shared/preferences/language';
import { followReach, followSession } from '#shared/rpc/cache';
import { ignoreStrayDoubleClicks } from '#shared/screens/double-click';
import { ignoreStrayUndos } from '#shared/screens/stray-undo';
import { followOtherTabs } from '#shared/session/session';
import { answerOtherTabs } from '#shared/session/tabs';
import { App } from './app/app';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no root');
followSession();
followOtherTabs();
followReach();
answerOtherTabs();
ignoreStrayDoubleClicks();
ignoreStrayUndos();
entryDrafts.start();
correctionDrafts.start();
await showLanguage(preferredLanguage());
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
