// Buttons that open a task from a file, save it to one, and share it by the address of the page.

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
  const root = make('div', 'handing')
  const said = make('span', 'said')
  said.setAttribute('role', 'status')
  const say = (text) => { said.textContent = said.title = text }

  const chooser = make('input', 'chooser')
  chooser.type = 'file'
  chooser.accept = '.json,application/json'
  chooser.setAttribute('aria-label', 'A task file')
  chooser.tabIndex = -1
  chooser.addEventListener('change', async () => {
    const file = chooser.files[0]
    chooser.value = ''
    if (!file) return
    if (file.size > model.most_bytes) return model.send_msg({act: 'large', name: file.name})
    model.send_msg({act: 'open', name: file.name, text: await file.text()})
  })

  const link = make('input', 'link')
  link.readOnly = true
  link.hidden = true
  link.setAttribute('aria-label', 'Address of this task')
  link.addEventListener('focus', () => link.select())
  const share = button('Share', () => model.send_msg({act: 'share'}))
  share.title = 'Copy an address that opens the lab with this task'
  const limit = make('span', 'said')
  const open = button('Open a file', () => chooser.click())
  const told = make('div', 'told')
  told.append(limit, link, said)
  root.append(open, button('Save to a file', () => model.send_msg({act: 'save'})), share, told, chooser)

  const acts = {
    file: ({name, text}) => {
      download(name, text)
      say(`Saved as ${name}`)
    },
    link: async ({text}) => {
      link.value = address(text)
      link.hidden = false
      say(await copy(link.value) ? 'Address copied' : 'This is its address')
    },
    note: ({text}) => {
      link.hidden = true
      say(text)
    },
    changed: () => {  // the address is that of a task that is not on the page any more
      link.hidden = true
      say('')
    },
  }
  model.on('msg:custom', (event) => {
    const message = event.data ?? event
    acts[message.what]?.(message)
  })
  const sharing = () => {
    share.hidden = limit.hidden = !model.shareable
    limit.textContent = limit.title = model.limit
  }
  model.on('shareable', sharing)
  model.on('limit', sharing)
  sharing()
  el.append(root)
}
