// What was taken off the page is let go. Bokeh (at least up to 3.9) keeps it for as long as the page lives: a plot goes on
// listening to the window's size, and a document that hears something every few seconds never looks which of its models
// are still on the page. Everything it sends and every part that comes or goes is slower for each of them.

const SWEEP_MS = 1000

function sweep(page) {
  if (!page?._recompute_all_models || page._rnnlab_sweeps) return
  page._rnnlab_sweeps = true
  setTimeout(() => {
    page._rnnlab_sweeps = false
    page._recompute_all_models()
  }, SWEEP_MS)
}

function let_go() {
  let view = window.Bokeh?.Models?.Plot?.prototype?.default_view?.prototype
  if (!view || view._rnnlab_lets_go || !window.visualViewport) return
  view._rnnlab_lets_go = true
  const { connect_signals, remove } = view
  view.connect_signals = function () {
    const heard = this._rnnlab_heard = []
    window.visualViewport.addEventListener = (...listens) => {
      heard.push(listens)
      EventTarget.prototype.addEventListener.apply(window.visualViewport, listens)
    }
    try { connect_signals.call(this) } finally { delete window.visualViewport.addEventListener }
  }
  view.remove = function () {
    for (const listens of this._rnnlab_heard ?? []) window.visualViewport.removeEventListener(...listens)
    sweep(this.model.document)
    remove.call(this)
  }
}
