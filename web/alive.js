// Asks the server now and then whether it is there; says on the page when it is not, and loads anew when it is again.
(() => {
  const every = 2000, patience = 5000;
  let missed = 0, gone = false;
  const said = () => {
    let banner = document.getElementById("pc-gone");
    if (!banner) {
      banner = document.createElement("div");
      banner.id = "pc-gone";
      banner.setAttribute("role", "alert");
      document.body.prepend(banner);
    }
    return banner;
  };
  const look = async () => {
    const end = new AbortController(), timer = setTimeout(() => end.abort(), patience);
    try {
      const answer = await fetch("/alive", { cache: "no-store", signal: end.signal });
      if (answer.status !== 200) throw new Error();
      if (gone) return location.reload();
      missed = 0;
    } catch {
      missed += 1;
      if (missed > 1) {
        gone = true;
        said().textContent = "The server is gone. Start it again with: popcorn web. This page goes on by itself then; "
          + "runs that were under way can be gone on with.";
      }
    } finally {
      clearTimeout(timer);
    }
    setTimeout(look, every);
  };
  setTimeout(look, every);
})();
