// A task as text: to read, copy, save to a file, open from one, and share by the address of the page.
const MOST_BYTES = 500_000

function make(tag, css, text = '') {
  const element = document.createElement(tag)
  element.className = css
  element.textContent = text
  return element
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

function download(name, text) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], {type: 'application/json'}))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

function address(query) {
  const url = new URL(location.href)
  url.search = query
  url.hash = ''
  return url.href
}

export function render({model, el}) {
  const root = make('div', 'exchange')
  const bar = make('div', 'bar')
  const said = make('span', 'said')
  said.setAttribute('role', 'status')
  const say = (text) => { said.textContent = text }
  const button = (label, act) => {
    const made = make('button', '', label)
    made.type = 'button'
    made.addEventListener('click', act)
    return made
  }

  const chooser = make('input', 'chooser')
  chooser.type = 'file'
  chooser.accept = '.json,application/json'
  chooser.setAttribute('aria-label', 'A task file')
  chooser.tabIndex = -1
  chooser.addEventListener('change', async () => {
    const file = chooser.files[0]
    chooser.value = ''
    if (!file) return
    if (file.size > MOST_BYTES) return say(`${file.name} is larger than a task can be (${MOST_BYTES / 1000} kB)`)
    say('')
    model.send_msg({act: 'open', name: file.name, text: await file.text()})
  })

  const share = button('Share', () => model.send_msg({act: 'share'}))
  share.title = 'Copy an address that opens the lab with this task'
  bar.append(button('Open a file', () => chooser.click()), button('Save to a file', () => model.send_msg({act: 'save'})), share, said)
  const link = make('input', 'link')
  link.readOnly = true
  link.hidden = true
  link.setAttribute('aria-label', 'Address of this task')
  link.addEventListener('focus', () => link.select())

  const panes = make('div', 'panes')
  const pane = (title, name) => {
    const section = make('section', '')
    const head = make('div', 'head')
    const code = make('pre', '')
    code.tabIndex = 0
    code.setAttribute('aria-label', `The task as ${title}`)
    const copied = button('Copy', async () => {
      if (!await copy(code.textContent)) getSelection().selectAllChildren(code)
      else say(`${title} copied`)
    })
    copied.setAttribute('aria-label', `Copy ${title}`)
    head.append(make('h3', '', title), copied)
    section.append(head, code)
    panes.append(section)
    const show = () => { if (code.textContent !== model[name]) code.textContent = model[name] }
    model.on(name, show)
    show()
  }
  pane('Python', 'python')
  pane('JSON', 'json')

  model.on('msg:custom', async (event) => {
    const {what, text, name} = event.data ?? event
    if (what === 'file') {
      download(name, text)
      say(`Saved as ${name}`)
    } else if (what === 'link') {
      link.value = address(text)
      link.hidden = false
      say(await copy(link.value) ? 'Address copied' : 'This is its address')
    } else if (what === 'note') say(text)
  })
  const sharing = () => { share.hidden = !model.shareable }
  model.on('shareable', sharing)
  sharing()
  root.append(bar, link, chooser, panes)
  el.append(root)
}
