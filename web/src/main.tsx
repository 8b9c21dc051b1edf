import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import { App } from './studio/App';
import { showPreferredTheme } from './studio/frame/theme';

const root = document.getElementById('studio');
if (!root) throw new Error('index.html has no element #studio.');
showPreferredTheme();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
