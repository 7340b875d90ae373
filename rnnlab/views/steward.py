"""What the browser has to be told in JavaScript: names of slider handles, help on hover, whether the page is in sight.

Bokeh's slider handles have no accessible name. The steward gives each the name that stands above it, puts the text of
its value where screen readers look, marks tabs and shows a setting's help when the pointer rests on it.
"""

from __future__ import annotations

import param
from panel.custom import JSComponent


class Steward(JSComponent):
    """An invisible part of the page. ``helps`` is label -> sentence; ``in_sight`` follows the browser's tab."""

    helps = param.Dict(default={})
    in_sight = param.Boolean(default=True)

    _esm = """
const groups = '.bk-input-group'

function name_handles(group, helps) {
  const title = group.querySelector('.bk-slider-title')
  const label = (title ?? group.querySelector('label'))?.firstChild?.textContent?.replace(/:\\s*$/, '').trim()
  if (!label) return
  const help = helps[label.replace(/ \\d+$/, '')] ?? helps[label]
  if (help && group.title !== help) group.title = help
  if (!title) return
  const handles = [...group.querySelectorAll('.noUi-handle')]
  const value = title.querySelector('.bk-slider-value')?.textContent ?? ''
  const values = handles.length > 1 ? value.split(' .. ') : [value]
  handles.forEach((handle, i) => {
    const name = handles.length > 1 ? `${label}, ${i ? 'longest' : 'shortest'}` : label
    if (handle.getAttribute('aria-label') !== name) handle.setAttribute('aria-label', name)
    if (handle.getAttribute('aria-valuetext') !== values[i]) handle.setAttribute('aria-valuetext', values[i] ?? value)
  })
}

function visit(root, helps) {
  for (const group of root.querySelectorAll(groups)) name_handles(group, helps)
  for (const element of root.querySelectorAll('*')) {
    const shadow = element.shadowRoot
    if (!shadow) continue
    if (element.classList.contains('rl-tab')) {
      const button = shadow.querySelector('button')
      button?.setAttribute('aria-pressed', String(element.classList.contains('rl-chosen')))
    }
    visit(shadow, helps)
  }
}

function frame_of(element) {
  let node = element
  while (node) {
    const root = node.getRootNode()
    if (!(root instanceof ShadowRoot)) return node.closest?.('.rnnlab') ?? document
    if (root.host.classList.contains('rnnlab')) return root
    node = root.host
  }
  return document
}

export function render({model, el}) {
  const look = () => visit(frame_of(el), model.helps)
  const timer = setInterval(() => el.isConnected ? look() : null, 700)
  const sight = () => { model.in_sight = document.visibilityState !== 'hidden' }
  document.addEventListener('visibilitychange', sight)
  model.on('remove', () => { clearInterval(timer); document.removeEventListener('visibilitychange', sight) })
  requestAnimationFrame(look)
}
"""
