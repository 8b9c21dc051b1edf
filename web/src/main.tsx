import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import { App } from './studio/App';

const root = document.getElementById('studio');
if (!root) throw new Error('index.html has no element #studio.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
