// Runs before the first paint, so that a dark console never flashes white.
(() => {
  let stored = null;
  try {
    stored = localStorage.getItem("theme");
  } catch {}
  const isDark = stored === null ? matchMedia("(prefers-color-scheme: dark)").matches : stored === "dark";
  document.documentElement.classList.toggle("dark", isDark);
})();
