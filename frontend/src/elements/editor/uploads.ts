// Pictures, sounds and films that are dropped, pasted or chosen: sent one after another, with their progress.
import { detail, token } from "../../page";

export interface Progress {
  sent(name: string, percent: number): void;
  taken(name: string, markdown: string): void;
  refused(name: string, why: string): void;
}

function upload(url: string, file: File, progress: Progress): Promise<void> {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("X-Requested-With", "fetch");
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => progress.sent(file.name, event.total ? Math.round((100 * event.loaded) / event.total) : 0);
    request.onload = () => {
      if (request.status === 201 || request.status === 200) {
        const { markdown } = JSON.parse(request.responseText) as { markdown: string };
        progress.taken(file.name, markdown);
      } else progress.refused(file.name, detail(request.responseText));
      done();
    };
    request.onerror = () => {
      progress.refused(file.name, "");
      done();
    };
    const body = new FormData();
    body.append("file", file);
    request.send(body);
  });
}

/** Send `files` in their order. */
export async function uploadAll(url: string, files: Iterable<File>, progress: Progress): Promise<void> {
  for (const file of files) await upload(url, file, progress);
}

/** The files of a drop or a paste; text that is pasted is none. */
export const filesOf = (data: DataTransfer | null): File[] => [...(data?.files ?? [])];
