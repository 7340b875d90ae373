// What the parts that hand a task over share: elements, buttons, and the clipboard.
function make(tag, css, text = '') {
  const element = document.createElement(tag)
  element.className = css
  element.textContent = text
  return element
}

function button(label, act) {
  const made = make('button', '', label)
  made.type = 'button'
  made.addEventListener('click', act)
  return made
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

