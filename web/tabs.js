// Keeps which tab is open in the address (#ads), so that a reload, a bookmark and a page that comes back open it again.
(() => {
  const patience = 30000, name = (tab) => tab.textContent.trim().toLowerCase();
  const first = () => document.querySelector("[role=tablist]")?.parentElement;
  const tabs = () => [...(first()?.querySelectorAll("[role=tab], .overflow-dropdown button") ?? [])];
  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.("[role=tab], .overflow-dropdown button");
    if (!tab || !tabs().includes(tab)) return;
    const at = new URL(location);
    at.hash = name(tab);
    history.replaceState(null, "", at);
  }, true);
  const wanted = decodeURIComponent(location.hash.slice(1));
  const began = Date.now();
  const open = () => {
    const tab = tabs().find((one) => name(one) === wanted);
    if (tab) return tab.click();
    if (Date.now() - began < patience) setTimeout(open, 100);
  };
  if (/^[a-z]+$/.test(wanted)) open();
})();
