// On a narrow screen chat and panels take turns; on a wide one they stand side by side and this does nothing that can be seen.

import { byId } from './dom.js';
import { mark, tabbed } from './tabs.js';

export class Views {
  constructor() {
    tabbed(byId('views'), (tab) => this.show(tab.id.replace('view-', '')));
  }

  show(name) {
    document.body.dataset.view = name;
    mark(byId('views'), byId(`view-${name}`));
  }
}
