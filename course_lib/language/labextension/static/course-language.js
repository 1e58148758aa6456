// The language switch of bilingual notebooks.
//
// Cells tagged `lang-en` or `lang-fa` show in the reader's language; every other notebook is left alone.
//
// This file is served to the browser as it stands. JupyterLab loads an extension as a module-federation container:
// an object with `init`, which hands over the modules that JupyterLab shares, and `get`, which returns ours. That is
// little enough to write by hand (at the end of the file), so there is nothing to build and no node to install.

(() => {
  'use strict';

  const PLUGIN = 'course-language:plugin';
  const LANGUAGES = ['fa', 'en', 'both'];
  const NAMES = { fa: 'فارسی', en: 'English', both: 'هر دو' };
  const MODULES = {
    notebook: '@jupyterlab/notebook',
    settings: '@jupyterlab/settingregistry',
    apputils: '@jupyterlab/apputils',
    toc: '@jupyterlab/toc',
    codemirror: '@jupyterlab/codemirror',
    state: '@codemirror/state',
    view: '@codemirror/view',
    widgets: '@lumino/widgets'
  };

  const home = new URL('.', document.currentScript.src);

  // ---------------------------------------------------------------------------------------------- the choice

  /** The language in which this browser shows the course, and who has to know about it. */
  class Choice {
    constructor() {
      this.listeners = new Set();
      this.language = navigator.language.toLowerCase().startsWith('fa') ? 'fa' : 'en';
    }

    set language(language) {
      this.current = language;
      // Outputs and widgets follow this attribute, by CSS alone or by observing it.
      document.body.dataset.courseLanguage = language;
      this.listeners.forEach(listener => listener());
    }

    get language() {
      return this.current;
    }

    /** Whether something in the given language (undefined: in no particular one) is not to be seen. */
    hides(language) {
      return language !== undefined && this.current !== 'both' && this.current !== language;
    }
  }

  /** The language of a cell model, from its tags: 'en', 'fa' or undefined. */
  function languageOf(model) {
    const tags = model.getMetadata('tags');
    return ['en', 'fa'].find(language => Array.isArray(tags) && tags.includes(`lang-${language}`));
  }

  // ---------------------------------------------------------------------------------------------- notebooks

  /**
   * Make a cell that is not in the reader's language invisible to JupyterLab too.
   *
   * JupyterLab already knows hidden cells (under a collapsed heading); moving and scrolling pass over them. What it
   * asks a cell is answered here for the language as well. A cell without headings is in no table of contents, takes
   * no number, and does not end the section of the other language's heading.
   */
  function adopt(cell, choice) {
    const original = Object.getPrototypeOf(cell);
    const hidden = () => choice.hides(languageOf(cell.model));
    const unless = (name, substitute) => ({
      get: () => (hidden() ? substitute : Reflect.get(original, name, cell)),
      set: value => Reflect.set(original, name, value, cell)
    });
    let collapsed = cell.isHidden;
    Object.defineProperties(cell, {
      headings: unless('headings', []),
      headingInfo: unless('headingInfo', { text: '', level: 0 }),
      headingCollapsed: unless('headingCollapsed', false),
      getHeadings: {
        value: async () => {
          const headings = hidden() ? [] : await original.getHeadings.call(cell);
          // The table of contents writes this into its entries, where the style sheet finds it.
          const dataset = { 'data-language': languageOf(cell.model) };
          return headings.map(heading => ({ ...heading, dataset: { ...heading.dataset, ...dataset } }));
        }
      },
      setHidden: {
        value: underCollapsedHeading => {
          collapsed = underCollapsedHeading;
          cell.showLanguage();
        }
      },
      showLanguage: {
        value: () => {
          const language = languageOf(cell.model);
          language ? (cell.node.lang = language) : cell.node.removeAttribute('lang');
          original.setHidden.call(cell, collapsed || hidden());
        }
      }
    });
  }

  /** A notebook whose cells follow the choice. */
  class BilingualNotebook {
    constructor(panel, choice, choose, modules, tableOfContents) {
      Object.assign(this, { panel, choice, choose, modules, tableOfContents });
      this.notebook = panel.content;
      this.position = this.notebook.activeCellIndex;
      this.languages = new Map();
      this.notebook.modelContentChanged.connect(() => this.followTags());
      this.notebook.activeCellChanged.connect(() => this.passOverHidden());
      const listener = () => this.followChoice();
      choice.listeners.add(listener);
      panel.disposed.connect(() => choice.listeners.delete(listener));
      this.followTags();
    }

    /** Cells came, went, or got another tag. */
    followTags() {
      const languages = new Map();
      for (const cell of this.notebook.widgets) {
        const language = languageOf(cell.model);
        if (language || cell.showLanguage) {
          languages.set(cell, language);
        }
      }
      const same = [...languages].every(([cell, language]) => this.languages.get(cell) === language);
      if (same && languages.size === this.languages.size) {
        return;
      }
      this.languages = languages;
      for (const cell of languages.keys()) {
        if (!cell.showLanguage) {
          adopt(cell, this.choice);
        }
      }
      if (!this.control) {
        this.control = new Control(this.choice, this.choose, this.modules);
        const { toolbar } = this.panel;
        toolbar.insertBefore('spacer', 'course-language', this.control.widget) ||
          toolbar.addItem('course-language', this.control.widget);
      }
      this.show();
    }

    /** The reader chose a language: show it, and keep the place at which they were reading. */
    followChoice() {
      if (!this.control) {
        return;
      }
      this.control.update();
      const { widgets, outerNode } = this.notebook;
      const top = cell => cell.node.getBoundingClientRect().top;
      const edge = top({ node: outerNode });
      const reading = widgets.find(cell => cell.isVisible && cell.node.getBoundingClientRect().bottom > edge);
      const before = reading && top(reading);
      // The browser's own way of keeping the place gets lost when the cell that it holds on to is hidden.
      outerNode.style.overflowAnchor = 'none';
      this.show();
      const place = reading && widgets[this.nearestVisible(widgets.indexOf(reading))];
      const keepPlace = () => {
        if (place?.isAttached) {
          outerNode.scrollTop += top(place) - before;
        }
      };
      keepPlace();
      // Cells that come into view are measured only when they are drawn.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          keepPlace();
          outerNode.style.overflowAnchor = '';
        })
      );
    }

    show() {
      const { NotebookActions } = this.modules.notebook;
      // Sections are hidden anew, because other headings count now.
      for (const cell of this.notebook.widgets) {
        cell.setHidden(false);
      }
      for (const cell of this.notebook.widgets) {
        if (cell.headingCollapsed) {
          NotebookActions.setHeadingCollapse(cell, true, this.notebook);
        }
      }
      this.passOverHidden();
      this.tableOfContents?.get(this.panel)?.refresh();
    }

    /** Keep the active cell (after Shift+Enter, for instance) among those that can be seen. */
    passOverHidden() {
      const { notebook } = this;
      const index = notebook.activeCellIndex;
      const cell = notebook.widgets[index];
      if (cell && this.choice.hides(languageOf(cell.model))) {
        notebook.activeCellIndex = this.nearestVisible(index, Math.sign(index - this.position));
      }
      this.position = notebook.activeCellIndex;
    }

    /** The index of the nearest cell that can be seen; `step` (1 or −1) says in which direction to look first. */
    nearestVisible(index, step = 0) {
      const { widgets } = this.notebook;
      // Without a direction the other half of the pair comes first: English stands above Persian.
      const first = step || (languageOf(widgets[index].model) === 'fa' ? -1 : 1);
      for (const direction of [first, -first]) {
        for (let i = index; widgets[i]; i += direction) {
          if (!widgets[i].isHidden) {
            return i;
          }
        }
      }
      return index;
    }
  }

  /** The three-way switch in a notebook's toolbar. */
  class Control {
    constructor(choice, choose, { widgets: { Widget } }) {
      this.choice = choice;
      this.widget = new Widget({ node: document.createElement('div') });
      const { node } = this.widget;
      node.className = 'course-language-switch';
      node.setAttribute('role', 'radiogroup');
      node.setAttribute('aria-label', 'Course language · زبان درس');
      this.buttons = LANGUAGES.map(language => {
        const button = document.createElement('button');
        Object.assign(button, { type: 'button', textContent: NAMES[language], value: language });
        button.lang = language === 'en' ? 'en' : 'fa';
        button.setAttribute('role', 'radio');
        button.addEventListener('click', () => choose(language));
        node.append(button);
        return button;
      });
      const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
      node.addEventListener('keydown', event => {
        const step = steps[event.key];
        if (step) {
          // The toolbar has a use of its own for arrow keys.
          event.preventDefault();
          event.stopPropagation();
          const count = LANGUAGES.length;
          const index = (LANGUAGES.indexOf(choice.language) + step + count) % count;
          choose(LANGUAGES[index]);
          this.buttons[index].focus();
        }
      });
      this.update();
    }

    update() {
      for (const button of this.buttons) {
        const chosen = button.value === this.choice.language;
        button.setAttribute('aria-checked', chosen);
        button.tabIndex = chosen ? 0 : -1;
      }
    }
  }

  // ---------------------------------------------------------------------------------------------- edit mode

  const STRONG_PERSIAN = /[\u0600-\u07ff]/;
  const FENCE = /^\s*(```|~~~)/;
  // What stays left-to-right inside a Persian line: inline code, formulas, tags, and the addresses of links.
  const LEFT_TO_RIGHT = /`[^`]+`|\$\$[^$]+\$\$|\$[^$]+\$|<[^>]+>|(?<=\])\([^)]*\)/g;

  /** A CodeMirror extension that gives every line of a Persian Markdown cell its own direction. */
  function lineDirections({ state: { RangeSetBuilder }, view: { Decoration, Direction, EditorView, ViewPlugin } }) {
    const line = direction => Decoration.line({ attributes: { dir: direction } });
    const [rtl, ltr] = [line('rtl'), line('ltr')];
    const isolate = Decoration.mark({ class: 'course-ltr', bidiIsolate: Direction.LTR });

    function directions({ state: { doc } }) {
      const builder = new RangeSetBuilder();
      let fenced = false;
      for (let number = 1; number <= doc.lines; number++) {
        const { from, text } = doc.line(number);
        const boundary = FENCE.test(text);
        const prose = text.replace(LEFT_TO_RIGHT, '');
        const persian = !fenced && !boundary && STRONG_PERSIAN.test(prose);
        builder.add(from, from, persian ? rtl : ltr);
        if (persian) {
          for (const { 0: run, index } of text.matchAll(LEFT_TO_RIGHT)) {
            builder.add(from + index, from + index + run.length, isolate);
          }
        }
        fenced = fenced !== boundary;
      }
      return builder.finish();
    }

    const plugin = ViewPlugin.fromClass(
      class {
        constructor(view) {
          this.decorations = directions(view);
        }
        update(update) {
          if (update.docChanged) {
            this.decorations = directions(update.view);
          }
        }
      },
      {
        decorations: value => value.decorations,
        provide: value =>
          EditorView.bidiIsolatedRanges.of(view => view.plugin(value)?.decorations ?? Decoration.none)
      }
    );
    return [plugin, EditorView.perLineTextDirection.of(true)];
  }

  // ---------------------------------------------------------------------------------------------- the plugin

  function plugin(modules) {
    const { notebook, settings, apputils, toc, codemirror } = modules;

    async function activate(app, tracker, registry, palette, tableOfContents, editors) {
      const sheet = document.createElement('link');
      Object.assign(sheet, { rel: 'stylesheet', href: new URL('course-language.css', home).href });
      document.head.append(sheet);

      const choice = new Choice();
      const choose = language => {
        choice.language = language;
        stored?.set('language', language).catch(error => console.warn('The language is not remembered:', error));
      };
      // JupyterLab opens notebooks only after this, so that a reader never sees the other language first.
      const stored = await registry.load(PLUGIN).catch(error => console.warn(error));
      const follow = () => {
        const language = stored.composite.language;
        if (language && language !== choice.language) {
          choice.language = language;
        }
      };
      if (stored) {
        follow();
        stored.changed.connect(follow);
      }

      const { commands } = app;
      commands.addCommand('course-language:show', {
        label: ({ language }) => `Course language: ${NAMES[language] ?? ''}`,
        isToggleable: true,
        isToggled: ({ language }) => language === choice.language,
        execute: ({ language }) => choose(language)
      });
      commands.addCommand('course-language:next', {
        label: 'Course language: next',
        execute: () => choose(LANGUAGES[(LANGUAGES.indexOf(choice.language) + 1) % LANGUAGES.length])
      });
      choice.listeners.add(() => commands.notifyCommandChanged('course-language:show'));
      for (const language of LANGUAGES) {
        palette?.addItem({ command: 'course-language:show', category: 'Course', args: { language } });
      }
      palette?.addItem({ command: 'course-language:next', category: 'Course' });

      const directions = lineDirections(modules);
      editors?.addExtension({
        name: 'course-language:line-directions',
        factory: ({ model }) =>
          model.type === 'markdown' && languageOf(model) === 'fa'
            ? { instance: () => directions, reconfigure: () => null }
            : null
      });

      const open = panel =>
        panel.context.ready.then(() => new BilingualNotebook(panel, choice, choose, modules, tableOfContents));
      tracker.forEach(open);
      tracker.widgetAdded.connect((_, panel) => open(panel));
    }

    return {
      id: PLUGIN,
      description: 'Shows a bilingual notebook in Persian, in English, or in both.',
      autoStart: true,
      requires: [notebook.INotebookTracker, settings.ISettingRegistry],
      optional: [apputils.ICommandPalette, toc.ITableOfContentsTracker, codemirror.IEditorExtensionRegistry],
      activate
    };
  }

  // ---------------------------------------------------------------------------------------------- the container

  let shared;

  /** The one copy of a shared module that JupyterLab itself uses. */
  async function load(name) {
    const copies = Object.values(shared[name]);
    return (await (copies.find(copy => copy.loaded) ?? copies[0]).get())();
  }

  (window._JUPYTERLAB ??= {})['course-language'] = {
    init(scope) {
      shared = scope;
    },
    async get() {
      const entries = Object.entries(MODULES).map(async ([key, name]) => [key, await load(name)]);
      const modules = Object.fromEntries(await Promise.all(entries));
      return () => ({ __esModule: true, default: plugin(modules) });
    }
  };
})();
