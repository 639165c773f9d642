import { SHORTCUTS } from "@/lib/client/shortcuts";

/** Every key and what it does, by the place where it works. */
export function KeyTable() {
  return (
    <div className="keys">
      {SHORTCUTS.map(({ where, shortcuts }) => (
        <section key={where} aria-label={where}>
          <h3>{where}</h3>
          <dl>
            {shortcuts.map(({ keys, does }) => (
              <div key={keys}>
                <dt>
                  {keys.split(" ").map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <section aria-labelledby="keys-anywhere">
        <h3 id="keys-anywhere">With a modifier</h3>
        <dl>
          <div>
            <dt>
              <kbd>Ctrl</kbd> <kbd>K</kbd>
            </dt>
            <dd>Command palette; on a Mac ⌘ K</dd>
          </div>
        </dl>
      </section>
    </div>
  );
}
