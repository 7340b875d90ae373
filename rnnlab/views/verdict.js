// The verdict of the checks in a line that stays in sight, and leads to the checks.
function make(tag, css) {
  const element = document.createElement(tag)
  element.className = css
  return element
}

function find(root, css) {
  const here = root.querySelector(css)
  if (here) return here
  for (const element of root.querySelectorAll('*')) {
    const inside = element.shadowRoot && find(element.shadowRoot, css)
    if (inside) return inside
  }
  return null
}

// The nearest element around this one, in whatever shadow it stands.
function around(element, css) {
  for (let node = element; node; node = node.getRootNode().host) {
    const found = node.closest(css)
    if (found) return found
  }
  return null
}

export function render({model, el}) {
  const button = make('button', 'found')
  button.type = 'button'
  const parts = {sign: make('span', 'sign'), count: make('b', ''), words: make('span', 'words')}
  parts.sign.setAttribute('aria-hidden', 'true')
  button.append(...Object.values(parts))
  const show = () => {
    button.className = `found ${model.mark}`
    for (const [name, part] of Object.entries(parts)) part.textContent = model[name]
    button.title = [model.words, model.remedy, 'Press to see all checks.'].filter(Boolean).join('\n')
  }
  for (const name of ['mark', 'sign', 'count', 'words', 'remedy']) model.on(name, show)
  show()
  el.append(button)

  button.addEventListener('click', () => {
    const checks = find(around(el, '.rnnlab')?.shadowRoot ?? document, '.rl-checks')
    if (!checks) return
    const dock = around(el, '.rl-dock')
    checks.style.scrollMarginTop = `${57 + 12 + (dock?.offsetHeight ?? 0)}px`
    checks.tabIndex = -1
    checks.focus({preventScroll: true})
    checks.scrollIntoView({block: 'start'})
  })

  // What has the focus is not scrolled behind what stays in sight.
  const clear = new ResizeObserver(([{target}]) => {
    if (around(el, '.rl-served')) document.documentElement.style.scrollPadding = target.offsetHeight ? `60px 0 ${target.offsetHeight}px` : ''
  })
  requestAnimationFrame(() => {
    const dock = around(el, '.rl-dock')
    if (dock) clear.observe(dock)
  })
  model.on('remove', () => clear.disconnect())
}
